/** A kubeconfig, as YAML (JSON is YAML too), that leads to `url` with a bearer token. */
export function kubeconfigOf(url: string, token: string): string {
  const name = 'simulator';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: url } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
