import type { NewObject } from '../../simulator/world.ts';

/** Namespaces of a small shop, and what runs there, healthy, while the faults happen elsewhere. */
const neighbourhood = {
  shop: ['web', 'basket', 'catalogue', 'search', 'prices', 'reviews', 'pictures', 'wishlist', 'vouchers', 'session', 'gateway', 'accounts'],
  checkout: ['orders', 'payments', 'invoices', 'taxes', 'shipping', 'returns', 'fraud', 'stock', 'mailer', 'receipts', 'ledger', 'limits'],
  insights: ['clicks', 'funnels', 'reports', 'exports', 'models', 'features', 'labels', 'ranking', 'trends', 'tests', 'alerts', 'boards'],
  platform: ['proxy', 'cache', 'queue', 'cron', 'audit', 'flags', 'tokens', 'avatars', 'uploads', 'thumbs', 'links', 'status'],
} as const;

/** The namespaces of the healthy workloads beside the faults. */
export const neighbourNamespaces: readonly string[] = Object.keys(neighbourhood);

/** Deployments of two pods each that nothing ever happens to. */
export function neighbours(): readonly NewObject[] {
  return Object.entries(neighbourhood).flatMap(([namespace, names]) => names.map((name) => neighbour(namespace, name)));
}

function neighbour(namespace: string, name: string): NewObject {
  const resources = { limits: { memory: '128Mi' }, requests: { cpu: '50m', memory: '64Mi' } };
  const containers = [{ name: 'app', image: `registry.test/${name}:1`, resources }];
  const template = { metadata: { labels: { app: name } }, spec: { containers } };
  const spec = { replicas: 2, selector: { matchLabels: { app: name } }, template };
  return { metadata: { name, namespace, labels: { app: name } }, spec };
}
