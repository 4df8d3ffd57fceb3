import { ApiFailure, type FailureCause } from '../api-failure.ts';
import { type ResourceName, resourceType } from '../resources.ts';

function detailsOf(resource: ResourceName, name: string) {
  const { group, plural } = resourceType(resource);
  return { name, ...(group !== '' && { group }), kind: plural };
}

/** 404: no object of this name. */
export function notFound(resource: ResourceName, name: string): ApiFailure {
  return new ApiFailure(404, 'NotFound', `${resource} "${name}" not found`, detailsOf(resource, name));
}

/** 404: no such path. */
export function noSuchPath(): ApiFailure {
  return new ApiFailure(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409: an object of this name stands already. */
export function alreadyExists(resource: ResourceName, name: string): ApiFailure {
  return new ApiFailure(409, 'AlreadyExists', `${resource} "${name}" already exists`, detailsOf(resource, name));
}

/** 409: the object is not the one that the client saw. */
export function conflict(resource: ResourceName, name: string, why: string): ApiFailure {
  const message = `Operation cannot be fulfilled on ${resource} "${name}": ${why}`;
  return new ApiFailure(409, 'Conflict', message, detailsOf(resource, name));
}

/** 409: somebody wrote between the client's read and its write. */
export function staleVersion(resource: ResourceName, name: string): ApiFailure {
  return conflict(resource, name, 'the object has been modified; please apply your changes to the latest version and try again');
}

/** 400: the request cannot be understood. */
export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, 'BadRequest', message);
}

/** How Kubernetes words a resourceVersion that is no number. */
export function unreadableVersion(text: string): string {
  const shown = JSON.stringify(text);
  return `resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: invalid syntax`;
}

/** 422: the object that the request would make is not allowed. */
export function invalid(resource: ResourceName, name: string, causes: readonly FailureCause[]): ApiFailure {
  const { group, kind } = resourceType(resource);
  const said = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = said.length === 1 ? said[0] : `[${said.join(', ')}]`;
  const shown = group === '' ? kind : `${kind}.${group}`;
  const details = { name, ...(group !== '' && { group }), kind, causes };
  return new ApiFailure(422, 'Invalid', `${shown} "${name}" is invalid: ${list}`, details);
}

/** 501: the simulator does not model what was asked; said loudly, so that nobody takes silence for success. */
export function notModelled(what: string): ApiFailure {
  return new ApiFailure(501, 'NotImplemented', `the simulator does not model ${what}: run this against a cluster`, {});
}
