import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Refused } from './refused.ts';

const unzip = promisify(gunzip);

/** The whole body, unzipped where it is zipped. Throws `Refused` 413 when either form is larger than `maxBytes`, 400 for broken gzip. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a request without an encoding gives buffers');
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? unzipped(body, maxBytes) : body;
}

async function unzipped(body: Buffer, maxBytes: number): Promise<Uint8Array> {
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw new Refused(400, 'malformed', { message: `the body is no gzip: ${error instanceof Error ? error.message : String(error)}` });
  }
}

function tooLarge(maxBytes: number): Refused {
  return new Refused(413, 'too large', { message: `the body has more than ${maxBytes} bytes, unzipped: send smaller batches` });
}
