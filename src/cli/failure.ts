import { CoreError, type ErrorCode } from '../core/errors.ts';

const USAGE: readonly ErrorCode[] = ['bad-usage', 'bad-config'];
const UNREACHED: readonly ErrorCode[] = ['cluster-unreachable', 'bad-kubeconfig', 'store-failed', 'store-corrupt', 'store-newer'];

/** Prints one clear line about a failure on stderr and returns the exit code that fits it (see `--help`). */
export function report(error: unknown): number {
  if (!(error instanceof CoreError)) {
    process.stderr.write(
      `kubemend: unexpected failure, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return 1;
  }
  process.stderr.write(`kubemend: ${error.message} [${error.code}]\n`);
  if (USAGE.includes(error.code)) return 2;
  return UNREACHED.includes(error.code) ? 3 : 1;
}
