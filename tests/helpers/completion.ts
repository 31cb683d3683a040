/** What an editor offers by a schema: the keys, with their descriptions, that may stand at a place of a file. */

export interface SchemaNode {
  $ref?: string;
  description?: string;
  type?: string | string[];
  properties?: Record<string, SchemaNode>;
  patternProperties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
  items?: SchemaNode;
  allOf?: SchemaNode[];
  anyOf?: SchemaNode[];
  definitions?: Record<string, SchemaNode>;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  defaultSnippets?: { label: string; description?: string; body: unknown }[];
  markdownEnumDescriptions?: string[];
}

/** The schema and those it refers to or is put together from, the nearest first. */
export function layersOf(root: SchemaNode, node: SchemaNode): SchemaNode[] {
  const name = node.$ref?.split('/').pop();
  const referred = name === undefined ? undefined : root.definitions?.[name];
  const inner = [...(referred === undefined ? [] : [referred]), ...(node.allOf ?? []), ...(node.anyOf ?? [])];
  return [node, ...inner.flatMap((one) => layersOf(root, one))];
}

/** The schemas that judge the value at a path; a number stands for an entry of a list. */
export function schemasAt(root: SchemaNode, path: readonly (string | number)[]): SchemaNode[] {
  let nodes = [root];
  for (const step of path)
    nodes = nodes.flatMap((node) => layersOf(root, node)).flatMap((node) => childOf(node, step));
  return nodes.flatMap((node) => layersOf(root, node));
}

function childOf(node: SchemaNode, step: string | number): SchemaNode[] {
  if (typeof step === 'number') return node.items === undefined ? [] : [node.items];
  const named = node.properties?.[step];
  const matching = Object.entries(node.patternProperties ?? {})
    .filter(([pattern]) => new RegExp(pattern).test(step))
    .map(([, one]) => one);
  if (named !== undefined) return [named, ...matching];
  if (matching.length > 0) return matching;
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}

/** The keys offered in the map at a path, each with its description. */
export function keysAt(root: SchemaNode, path: readonly (string | number)[]): Record<string, string> {
  const keys = schemasAt(root, path).flatMap((node) => Object.entries(node.properties ?? {}));
  return Object.fromEntries(keys.map(([key, node]) => [key, descriptionOf(root, node)]));
}

/** The values offered at a path: of enums, examples, defaults and snippets. */
export function valuesAt(root: SchemaNode, path: readonly (string | number)[]): unknown[] {
  return schemasAt(root, path).flatMap((node) => [
    ...(node.enum ?? []),
    ...(node.examples ?? []),
    ...('default' in node ? [node.default] : []),
    ...('const' in node ? [node.const] : []),
    ...(node.defaultSnippets ?? []).map(({ body }) => withoutMarks(body)),
  ]);
}

export function descriptionOf(root: SchemaNode, node: SchemaNode): string {
  return layersOf(root, node).find(({ description }) => description !== undefined)?.description ?? '';
}

/** The body of a snippet as it stands when nobody changes what it proposes. */
export function withoutMarks(body: unknown): unknown {
  if (typeof body === 'string') {
    const isMark = /^\$\{\d+:([^}]*)\}$/.exec(body)?.[1];
    const text = body
      .replace(/\$\{\d+:((?:[^}\\]|\\.)*)\}/g, '$1')
      .replace(/\$\d+/g, '')
      .replaceAll('\\}', '}');
    return isMark !== undefined && isMark !== '' && Number.isFinite(Number(isMark)) ? Number(isMark) : text;
  }
  if (Array.isArray(body)) return body.map(withoutMarks);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [String(withoutMarks(key)), withoutMarks(value)]),
  );
}
