/** What a person says of a table that no importer knows: where its time and its facts stand. */
export type { LogMap as Mapping } from '../../shapes/generated/log-map.js';
