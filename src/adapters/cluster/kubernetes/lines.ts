const MAX_LINE_LENGTH = 64 * 1024 * 1024;

/** Splits a stream of bytes into its non-empty lines. Throws when it ends within one, or when a line has no end. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_LENGTH) throw new Error('the stream has a line without an end');
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') throw new Error('the stream ended within a line');
}
