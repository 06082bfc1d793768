import { essentials } from '../clients.ts';
import { emitMetrics } from '../metrics.ts';
import { environment } from './environment.ts';
import { makeReconcile } from './reconcile.ts';

export const handler = makeReconcile({
  ...essentials(environment.parse(process.env).TABLE_NAME),
  emit: emitMetrics,
});
