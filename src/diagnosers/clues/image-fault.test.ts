import { describe, expect, it } from 'vitest';
import { container } from '../../../test/fakes/objects.ts';
import { repositoryOf } from '../../core/model/image.ts';
import { imageFaultOf } from './image-fault.ts';

const faultOf = (reason: string, message?: string) =>
  imageFaultOf(container('app', { state: { is: 'waiting', reason, ...(message !== undefined && { message }) } }))?.fault;

describe('an image that cannot be had', () => {
  it.each([
    ['ImagePullBackOff', 'code = NotFound desc = failed to pull and unpack image: not found', 'missing'],
    ['ErrImagePull', 'manifest unknown', 'missing'],
    ['InvalidImageName', undefined, 'missing'],
    ['ImagePullBackOff', 'pull access denied, repository does not exist or may require authorization', 'refused'],
    ['ErrImagePull', '429 Too Many Requests', 'limited'],
    ['ErrImagePull', 'dial tcp: lookup registry.test: no such host', 'unreachable'],
    ['ErrImagePull', 'unexpected status from HEAD request: 503 Service Unavailable', 'unreachable'],
    ['ErrImagePull', 'write /var/lib: no space left on device', 'no-space'],
    ['ImagePullBackOff', 'Back-off pulling image "x"', 'unclear'],
    ['CrashLoopBackOff', 'not found', undefined],
  ])('%s with %s is %s', (reason, message, fault) => {
    expect(faultOf(reason, message)).toBe(fault);
  });
});

describe('the name of the image', () => {
  const missing = (image: string) => `rpc error: code = NotFound desc = failed to resolve reference "${image}": ${image}: not found`;
  it.each([
    ['registry.test/stock-502:1', missing('registry.test/stock-502:1'), 'missing'],
    ['stock-429', missing('docker.io/library/stock-429:latest'), 'missing'],
    ['registry.test/timeout/denied:403', missing('registry.test/timeout/denied:403'), 'missing'],
    [
      'registry.test/cart:404',
      'unexpected status from HEAD https://registry.test/v2/cart/manifests/404: 503 Service Unavailable',
      'unreachable',
    ],
    ['registry.test/found:1', 'Back-off pulling image "registry.test/found:1"', 'unclear'],
  ])('says nothing about its fault: %s', (image, message, fault) => {
    const state = { is: 'waiting', reason: 'ImagePullBackOff', message } as const;
    expect(imageFaultOf(container('app', { image, state }))?.fault).toBe(fault);
  });
});

describe('a repository', () => {
  it.each([
    ['registry.test:5000/shop/cart:2', 'registry.test:5000/shop/cart'],
    ['cart', 'cart'],
    ['cart@sha256:abc', 'cart'],
    ['registry.test/cart:2@sha256:abc', 'registry.test/cart'],
  ])('of %s is %s', (image, repository) => {
    expect(repositoryOf(image)).toBe(repository);
  });
});
