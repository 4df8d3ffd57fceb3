import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CoreError } from '../../core/errors.ts';
import { sequenceModels } from '../../learning/graphs/sequence-spec.ts';
import { ErrorTail } from './error-tail.ts';
import { IntervalRule } from './interval-rule.ts';
import { Scaler } from './scaler.ts';
import { Skill } from './skill.ts';

/** The version of the metadata that is written, and the newest that is read. */
export const METADATA_VERSION = 1;

/** What stands beside a model's .onnx: all that is needed to use it, and whether it should be. Instants are epoch milliseconds. */
export const Metadata = z.strictObject({
  format: z.literal('kubemend-model'),
  version: z.literal(METADATA_VERSION),
  task: z.enum(['forecast', 'anomaly']),
  model: z.enum(sequenceModels),
  window: z.number().int().min(1),
  horizon: z.number().int().min(1),
  features: z.array(z.string()).min(1),
  stepMs: z.number().positive(),
  scaler: Scaler,
  training: z.strictObject({
    from: z.number(),
    until: z.number(),
    heldOutFrom: z.number(),
    series: z.number().int(),
    windows: z.number().int(),
    skipped: z.record(z.string(), z.number()),
    seed: z.number().int(),
    /** By epoch: the loss where was learnt, and where was watched; the model is that of `bestEpoch`, from 1. */
    losses: z.array(z.strictObject({ training: z.number(), watching: z.number() })),
    bestEpoch: z.number().int(),
  }),
  skill: Skill,
  interval: IntervalRule,
  /** For the task `anomaly`. */
  tail: ErrorTail.optional(),
  /** Of the file model.onnx, in hexadecimal. */
  sha256: z.string(),
});
export type Metadata = z.infer<typeof Metadata>;

/** A model with what is known of it. */
export interface Artefact {
  readonly metadata: Metadata;
  readonly onnx: Uint8Array;
}

const MODEL_FILE = 'model.onnx';
const METADATA_FILE = 'model.json';

/** Writes model.onnx and model.json into a folder, which is made; what was there under these names is replaced. */
export function writeArtefact(
  dir: string,
  { onnx, metadata }: { readonly onnx: Uint8Array; readonly metadata: Omit<Metadata, 'sha256'> },
): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, MODEL_FILE), onnx);
  writeFileSync(join(dir, METADATA_FILE), `${JSON.stringify({ ...metadata, sha256: sha256Of(onnx) }, null, 2)}\n`);
}

/** Reads a folder that `train` wrote. Throws `model-refused` for one that is missing, damaged, newer, or whose two files do not belong together. */
export function readArtefact(dir: string): Artefact {
  const metadata = parsed(dir, textOf(dir));
  const onnx = bytesOf(dir, MODEL_FILE);
  if (sha256Of(onnx) !== metadata.sha256)
    refuse(dir, `${MODEL_FILE} is not the file that ${METADATA_FILE} describes (its SHA-256 is another one)`);
  return { metadata, onnx };
}

function parsed(dir: string, text: string): Metadata {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse(dir, `${METADATA_FILE} is no JSON`);
  }
  const version = z.object({ version: z.number() }).safeParse(json).data?.version;
  if (version !== undefined && version > METADATA_VERSION)
    return refuse(dir, `it is of version ${version}, and this kubemend reads up to ${METADATA_VERSION}; use a newer kubemend`);
  const { data, error } = Metadata.safeParse(json);
  return data ?? refuse(dir, `${METADATA_FILE} is damaged: ${z.prettifyError(error ?? new z.ZodError([])).replaceAll('\n', ' ')}`);
}

function textOf(dir: string): string {
  return Buffer.from(bytesOf(dir, METADATA_FILE)).toString();
}

function bytesOf(dir: string, file: string): Uint8Array {
  try {
    return readFileSync(join(dir, file));
  } catch (error) {
    return refuse(dir, `${file} cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

function refuse(dir: string, why: string): never {
  throw new CoreError('model-refused', `the model in ${dir} is not used: ${why}. Train it anew with \`kubemend train --output ${dir}\``);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
