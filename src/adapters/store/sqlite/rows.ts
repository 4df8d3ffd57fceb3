import type { SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import { CoreError } from '../../../core/errors.ts';
import { AuditEntry } from '../../../core/model/audit.ts';
import { HealthyRevision } from '../../../core/model/healthy-revision.ts';
import { Incident } from '../../../core/model/incident.ts';
import { Intent } from '../../../core/model/intent.ts';
import { Pause } from '../../../core/model/pause.ts';
import { Alert } from '../../../core/model/signal.ts';
import { Approval } from '../../../core/model/verdict.ts';
import type { Change } from '../../../core/ports.ts';
import { corrupt } from './store-error.ts';

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

const StoredChange = z
  .strictObject({
    incident: Incident.optional(),
    intent: Intent.optional(),
    approval: Approval.optional(),
    pause: Pause.optional(),
    resume: z.string().optional(),
    alerts: z.array(Alert).readonly().optional(),
    healthy: z.array(HealthyRevision).readonly().optional(),
    audit: z.array(AuditEntry).readonly(),
  })
  .readonly();
/** A change exactly as a later read will give it back. */
export type StoredChange = z.infer<typeof StoredChange>;

/** Takes a change through JSON, well-formed text (as SQLite keeps it) and the schemas once, before anything is written. Throws `store-failed` when it could not be read back. */
export function storedChange(change: Change): StoredChange {
  try {
    return StoredChange.parse(JSON.parse(JSON.stringify(change, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value))));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new CoreError('store-failed', `refused to store a change that could not be read back; please report this as a bug: ${why}`, {
      cause: error,
    });
  }
}

/** Which row is being read; named in the error. */
export interface RowName {
  readonly file: string;
  readonly table: string;
  readonly key: string | number;
}

/** Parses a stored record. Throws `store-corrupt`, naming table and key, when the text is not what was written. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, text: SQLOutputValue | undefined, row: RowName): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(z.string().parse(text)));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw corrupt(row.file, `row ${row.key} of table ${row.table} cannot be read: ${why}`, error);
  }
}

/** Throws `store-corrupt` unless the columns of a row say the same as its body. */
export function demandAgreement(row: Row, columns: Row, name: RowName): void {
  const wrong = Object.keys(columns).find((column) => row[column] !== columns[column]);
  if (wrong === undefined) return;
  throw corrupt(name.file, `column ${wrong} of row ${name.key} of table ${name.table} contradicts the record in it`);
}
