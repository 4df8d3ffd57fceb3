import { ago, print, table } from '../print.ts';
import { type Common, withOperator } from '../with-operator.ts';

/** `audit list`. */
export async function list(common: Common, { incident }: { readonly incident?: string }): Promise<void> {
  await withOperator(common, async ({ store, clock }) => {
    const rows = await store.audit(incident === undefined ? {} : { incidentId: incident });
    print(common.output, rows, () =>
      table(
        ['SEQ', 'WHEN', 'WHO', 'WHAT', 'SUBJECT', 'DETAIL'],
        rows.map(({ seq, entry }) => [
          `${seq}`,
          ago(entry.at, clock.now()),
          entry.actor,
          entry.what,
          entry.subject ?? '',
          JSON.stringify(entry.detail),
        ]),
      ),
    );
  });
}

/** `audit verify`: exit code 1 when a row does not fit. */
export async function verify(common: Common): Promise<void> {
  await withOperator(common, async ({ store }) => {
    const check = await store.verifyAudit();
    if (!check.intact) process.exitCode = 1;
    print(common.output, check, () =>
      check.intact
        ? `intact: ${check.rows} rows, ${check.sealedRows} more sealed before them, head ${check.head.slice(0, 16)}`
        : `TAMPERED at row ${check.brokenAt}: ${check.why}`,
    );
  });
}
