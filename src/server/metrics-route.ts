/** GET /metrics: what is known now, in Prometheus' text format. */
import type { FastifyInstance } from 'fastify';
import { EXPOSITION_TYPE, expositionText } from '../report/exposition.js';
import { metricsOf } from '../report/metrics.js';
import type { AgentPort } from '../shapes/port.js';

/** Adds GET /metrics; the text is made when it is asked for. */
export async function addMetrics(app: FastifyInstance, { port }: { port: AgentPort }): Promise<void> {
  app.get('/metrics', (_request, reply) => {
    reply.header('content-type', EXPOSITION_TYPE);
    return expositionText(metricsOf(port.state(), port.counts()));
  });
}
