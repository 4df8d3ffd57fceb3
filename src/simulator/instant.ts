/** An instant as Kubernetes writes it: RFC 3339 in whole seconds. */
export function timestampOf(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
