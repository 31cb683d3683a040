/** The configuration of a run, and where each value came from. */
export type { Environment } from './environment.js';
export { CONFIG_FILE, type ConfigText, checkConfig } from './file.js';
export { FLAGS, flagName, type SettingsFlags, variableName } from './flags.js';
export type { LayerName, Origin } from './layers.js';
export { type Reader, readSeconds, readWord } from './read.js';
export { type ResolvedSettings, resolveRun, resolveSettings, type SettingsSources } from './resolve.js';
export type { Settings } from './settings.js';
