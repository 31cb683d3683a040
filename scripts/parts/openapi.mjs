/** schemas/openapi.json: the server's paths as an OpenAPI 3.1 document, out of its table of routes and the JSON Schemas. */
import { jsonText } from './json-text.mjs';

/** Draft-07 keywords that mean something else, or nothing, in the 2020-12 that OpenAPI 3.1 speaks. */
const DROPPED = new Set(['$schema', '$id', 'definitions']);
const SESSION = {
  name: 'Evenkeel-Session',
  in: 'header',
  required: true,
  description: 'From the answer to the hello.',
  schema: { type: 'string' },
};
const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'The ETag of an answer before.',
  schema: { type: 'string' },
};
/** The place of the refusals of a route that does not say else. */
const REFUSAL = 'answers#refusal';
const TAGS = [
  { name: 'bot', description: 'What a bot says and is told.' },
  { name: 'read', description: 'What a person and other tools look at.' },
  { name: 'wish', description: 'What a person and other tools may ask for; all need the token.' },
  { name: 'openFeature', description: "OpenFeature's remote evaluation: the decision's knobs as flags." },
];

/** The text of the document. `schemas` holds the schema files by their names without the ending. */
export function openApiText(schemas, { ROUTES, REFUSED_EVERYWHERE, ERRORS }, version) {
  const places = reachedFrom(ROUTES.flatMap(placesOf), schemas);
  const names = componentNames(places);
  const components = [...places].map(([place, schema]) => [
    names.get(place),
    rewritten(schema, place.split('#')[0], names),
  ]);
  const tools = { names, schemas, errors: ERRORS, everywhere: REFUSED_EVERYWHERE };
  const paths = {};
  for (const route of ROUTES)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, tools) };
  return jsonText({
    openapi: '3.1.0',
    info: {
      title: 'Evenkeel',
      version,
      summary: 'How bots, people and tools talk to a running agent.',
      description:
        'On the loopback reads need no token. A Host that is not of this machine and a foreign Origin are refused everywhere.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:7410' }],
    tags: TAGS,
    paths,
    components: {
      schemas: Object.fromEntries(components.sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'From the file token of the state folder.' },
      },
    },
  });
}

/** The places that a route names itself. */
function placesOf({ query, body, answer, events = {}, refusal = REFUSAL }) {
  const said = [typeof query === 'string' ? query : undefined, body?.schema, answer, refusal];
  return [...said.filter((place) => place !== undefined), ...Object.values(events)];
}

/** The schemas at some places and at all that they refer to, by place. */
function reachedFrom(places, schemas) {
  const reached = new Map();
  const queue = [...places];
  for (let place = queue.shift(); place !== undefined; place = queue.shift()) {
    if (reached.has(place)) continue;
    const [file, definition] = place.split('#');
    const schema = definition === undefined ? schemas[file] : schemas[file]?.definitions?.[definition];
    if (schema === undefined) throw new Error(`no schema is at ${place}`);
    reached.set(place, schema);
    queue.push(...referencesIn(schema).map((ref) => placeOf(ref, file)));
  }
  return reached;
}

function referencesIn(node) {
  if (typeof node !== 'object' || node === null) return [];
  const own = typeof node.$ref === 'string' ? [node.$ref] : [];
  const inside = Object.entries(node).filter(([key]) => !DROPPED.has(key));
  return [...own, ...inside.flatMap(([, one]) => referencesIn(one))];
}

/** The name of each schema in the document: its title. */
function componentNames(places) {
  const names = new Map([...places].map(([place, { title }]) => [place, title]));
  const untitled = [...names].filter(([, title]) => title === undefined).map(([place]) => place);
  if (untitled.length > 0) throw new Error(`expected a title at ${untitled.join(', ')}`);
  const twice = [...names.values()].filter((name, i, all) => all.indexOf(name) !== i);
  if (twice.length > 0)
    throw new Error(`expected each title once among the schemas, got ${twice.join(', ')}`);
  return names;
}

/** A schema with its references into the document's components, and in the words of 2020-12. */
function rewritten(node, file, names) {
  if (Array.isArray(node)) return node.map((one) => rewritten(one, file, names));
  if (typeof node !== 'object' || node === null) return node;
  if (typeof node.$ref === 'string') return { ...node, $ref: componentOf(placeOf(node.$ref, file), names) };
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !DROPPED.has(key))
      .map(([key, value]) => [key, rewritten(value, file, names)]),
  );
}

/** `#/definitions/frame` in the file `bot-line` is the place `bot-line#frame`. */
function placeOf(ref, file) {
  const [, other, definition] = /^(?:([\w-]+)\.schema\.json)?(?:#\/definitions\/([\w.-]+))?$/.exec(ref) ?? [];
  if (other === undefined && definition === undefined) throw new Error(`${file}: cannot follow ${ref}`);
  return `${other ?? file}${definition === undefined ? '' : `#${definition}`}`;
}

function componentOf(place, names) {
  const name = names.get(place);
  if (name === undefined) throw new Error(`no schema is at ${place}`);
  return `#/components/schemas/${name}`;
}

function operationOf(route, tools) {
  const { method, path, access, tag, summary, body } = route;
  const parameters = parametersOf(route, tools.schemas);
  return {
    operationId: idOf(method, path),
    tags: [tag],
    summary,
    security: access === 'write' ? [{ token: [] }] : [{}, { token: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.isOptional !== true,
            content: contentOf(body.type ?? 'application/json', body.schema, tools.names),
          },
        }),
    responses: responsesOf(route, tools),
  };
}

/** `putOverrideKnob` of `PUT /v1/override/{knob}`. */
function idOf(method, path) {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== '' && word !== 'v');
  return method.toLowerCase() + words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
}

function parametersOf({ path, query, isOfSession, hasTag }, schemas) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return [
    ...inPath,
    ...queryOf(query, schemas),
    ...(isOfSession ? [SESSION] : []),
    ...(hasTag ? [IF_NONE_MATCH] : []),
  ];
}

function queryOf(query, schemas) {
  if (query === undefined) return [];
  if (typeof query !== 'string')
    return Object.entries(query).map(([name, description]) => ({
      name,
      in: 'query',
      required: false,
      description,
      schema: { type: 'string' },
    }));
  const [file, definition] = query.split('#');
  const { properties, required = [] } = schemas[file].definitions[definition];
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function contentOf(type, place, names) {
  return { [type]: { schema: { $ref: componentOf(place, names) } } };
}

function responsesOf(route, tools) {
  const { hasTag, refuses = [], refusal = REFUSAL } = route;
  const { names, errors, everywhere } = tools;
  const responses = { 200: successOf(route, names) };
  if (hasTag) responses[304] = { description: 'Nothing has changed since the answer with that tag.' };
  for (const code of [...refuses, ...everywhere]) {
    const { status, means } = errors[code];
    const before = responses[status]?.description;
    responses[status] = {
      description: `${before === undefined ? '' : `${before}; `}${code}: ${means}`,
      content: contentOf('application/json', refusal, names),
    };
  }
  return responses;
}

function successOf({ answer, text, events, hasTag }, names) {
  if (text !== undefined)
    return { description: 'Done.', content: { [text]: { schema: { type: 'string' } } } };
  return answer === undefined ? streamOf(events, names) : answerOf(answer, hasTag, names);
}

function answerOf(place, hasTag, names) {
  return {
    description: 'Done.',
    ...(hasTag ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
    content: contentOf('application/json', place, names),
  };
}

/** OpenAPI 3.1 has no word for the events of a stream; their schemas stand beside it. */
function streamOf(events, names) {
  const list = Object.entries(events).map(([name, place]) => [name, { $ref: componentOf(place, names) }]);
  return {
    description: `Server-sent events: ${Object.keys(events).join(', ')}; each one's data is one line of JSON.`,
    content: { 'text/event-stream': { schema: { type: 'string' }, 'x-events': Object.fromEntries(list) } },
  };
}
