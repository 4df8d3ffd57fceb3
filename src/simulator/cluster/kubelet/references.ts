import { flagAt, type JsonObject, objectAt, objectsAt, textAt } from '../../json.ts';
import type { ApiObject, World } from '../../world.ts';

type Missing = { readonly name: string; readonly message: string };

function isThere(world: World, pod: ApiObject, resource: 'configmaps' | 'secrets', name: string): boolean {
  return world.objects.get({ resource, namespace: pod.metadata.namespace ?? '', name }) !== undefined;
}

function missing(world: World, pod: ApiObject, reference: JsonObject, field: string): string | undefined {
  const isMap = field.startsWith('configMap');
  const source = objectAt(reference, field);
  const name = textAt(source, 'name') ?? textAt(source, 'secretName');
  if (name === undefined || flagAt(source, 'optional')) return undefined;
  if (isThere(world, pod, isMap ? 'configmaps' : 'secrets', name)) return undefined;
  return `${isMap ? 'configmap' : 'secret'} "${name}" not found`;
}

/** The first ConfigMap or Secret that a container's environment needs and that is not there, in the kubelet's words. */
export function missingEnvironment(world: World, pod: ApiObject, container: JsonObject): string | undefined {
  const whole = objectsAt(container, 'envFrom').flatMap((one) =>
    ['configMapRef', 'secretRef'].map((field) => missing(world, pod, one, field)),
  );
  const single = objectsAt(container, 'env')
    .map((one) => objectAt(one, 'valueFrom'))
    .flatMap((one) => ['configMapKeyRef', 'secretKeyRef'].map((field) => missing(world, pod, one, field)));
  return [...whole, ...single].find((message) => message !== undefined);
}

/** The volumes that cannot be mounted, for their ConfigMap or Secret is not there. */
export function missingVolumes(world: World, pod: ApiObject): readonly Missing[] {
  return objectsAt(pod.spec, 'volumes').flatMap((volume) =>
    ['configMap', 'secret'].flatMap((field) => {
      const message = missing(world, pod, volume, field);
      return message === undefined ? [] : [{ name: String(volume.name), message }];
    }),
  );
}
