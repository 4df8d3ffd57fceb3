import { Refusal } from './refusal.ts';

/** The JSON of a raw body. Throws `Refusal` 400. */
export function jsonOf(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch (error) {
    const where = error instanceof Error ? error.message : String(error);
    throw new Refusal(400, { what: 'the body is not JSON', where, mend: 'send one JSON document, in UTF-8' });
  }
}
