import { expect } from 'vitest';

/** What a server answered; `body` is text where it was no JSON. */
export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

/** What is sent; without a token as the administrator. */
export interface Asked {
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly token?: string;
}

/** A Kubernetes API that the contract is held against. */
export interface ApiUnderTest {
  /** Made for the suite, and empty. */
  readonly namespace: string;
  request(method: string, path: string, asked?: Asked): Promise<Answered>;
  /** Returns once the budget's status says this; a server without controllers is told it. */
  budgetSettles(name: string, status: Readonly<Record<string, number>>): Promise<void>;
}

/** Gives the server, once the suite runs. */
export type Given = () => ApiUnderTest;

/** The content type of each kind of patch. */
export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** Holds an answer to be this failure, in Kubernetes' own words. */
export function expectFailure(
  answer: Answered,
  failure: { readonly code: number; readonly reason?: string; readonly message?: string | RegExp; readonly details?: unknown },
): void {
  const { message, ...rest } = failure;
  expect(answer.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', ...rest });
  expect(answer.status).toBe(failure.code);
  if (message !== undefined)
    expect(message instanceof RegExp ? message.test(messageOf(answer)) || messageOf(answer) : messageOf(answer)).toBe(
      message instanceof RegExp ? true : message,
    );
}

/** The message of a Status; '' when the body is none. */
export function messageOf({ body }: Answered): string {
  const message = at(body, 'message');
  return typeof message === 'string' ? message : '';
}

/** The value at a dotted path; undefined where it leads nowhere. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((here, key) => (typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined), value);
}

/** The text at a dotted path. Throws when there is none, for then the check means nothing. */
export function textAt(value: unknown, path: string): string {
  const found = at(value, path);
  if (typeof found !== 'string') throw new Error(`no text at ${path} in ${JSON.stringify(value)?.slice(0, 300)}`);
  return found;
}

/** The list at a dotted path; empty where there is none. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/** The answer, when it is one of success; throws with the server's words otherwise. */
export function succeeded(answer: Answered): Answered {
  if (answer.status >= 300) throw new Error(`the server answered ${answer.status}: ${answer.text.slice(0, 500)}`);
  return answer;
}
