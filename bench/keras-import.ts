/** How long it takes to write a Keras model as ONNX, with and without its own thread: `node bench/keras-import.ts [FILE...]`. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { importKeras } from '../src/adapters/models/keras/import-keras.ts';
import { withKerasFile } from '../src/adapters/models/keras/with-keras-file.ts';
import { kerasToOnnx } from '../src/learning/keras/keras-to-onnx.ts';

const rounds = 20;
const fixtures = ['keras/lstm.h5', 'keras/stacked_lstm.keras', 'keras-made/recurrent.keras'];
const given = process.argv.slice(2);
const files = given.length > 0 ? given : fixtures.map((name) => `${import.meta.dirname}/../test/fixtures/${name}`);

/** The best wall and processor time of several runs, in milliseconds. */
async function best(run: () => Promise<unknown>): Promise<string> {
  let [wall, used] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    const start = performance.now();
    await run();
    wall = Math.min(wall, performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    used = Math.min(used, (user + system) / 1_000);
  }
  return `${wall.toFixed(1)} ms wall, ${used.toFixed(1)} ms of processor`;
}

for (const file of files) {
  const bytes = new Uint8Array(readFileSync(file));
  const name = basename(file);
  console.log(`${name} (${bytes.length} bytes)`);
  console.log(`  in this thread: ${await best(() => withKerasFile(bytes, name, kerasToOnnx))}`);
  console.log(`  in its own:     ${await best(() => importKeras(bytes, name))}`);
}
