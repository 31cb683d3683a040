/** The server's own description, for tools that make clients and pages from it. */
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

/** The document lies beside `src/` and `dist/` alike. */
const DOCUMENT = new URL('../../schemas/openapi.json', import.meta.url);

/** Adds GET /v1/openapi.json: an OpenAPI 3.1 document of every path. */
export async function addDescription(app: FastifyInstance): Promise<void> {
  app.get('/v1/openapi.json', (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(readFileSync(DOCUMENT, 'utf8')),
  );
}
