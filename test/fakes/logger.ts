import type { Logger } from '../../src/core/ports.ts';

/** Says nothing. */
export const quietLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
