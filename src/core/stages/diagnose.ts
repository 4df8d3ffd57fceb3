import type { Context } from '../context.ts';
import type { Hypothesis } from '../model/diagnosis.ts';
import type { Incident } from '../model/incident.ts';
import type { Diagnoser, Facts } from '../plugins.ts';
import { auditOf, moveTo, type Step, wonder } from './step.ts';

const DEADLINE_MS = 5_000;

/** Asks all diagnosers at once, each with a deadline, and ranks what they hold. One that breaks is logged; the others count. */
export async function diagnose(incident: Incident, facts: Facts, context: Pick<Context, 'diagnosers' | 'clock' | 'log'>): Promise<Step> {
  const answers = await Promise.all(context.diagnosers.map((diagnoser) => answerOf(diagnoser, incident, facts, context)));
  const hypotheses = answers.flat().sort((a, b) => weight(b) - weight(a));
  const now = context.clock.now();
  if (hypotheses.length === 0) return wonder(incident, 'no diagnoser names a cause', now);
  const diagnosed = moveTo(incident, 'diagnosed', now, { hypotheses });
  const isNews = causesIn(hypotheses) !== causesIn(incident.hypotheses);
  return { incident: diagnosed, audit: isNews ? [auditOf(diagnosed, 'diagnosed', now, { hypotheses })] : [] };
}

/** Laplace's rule of succession, so that one right answer of one does not outrank twenty of twenty-three. */
function weight({ confidence, n }: Hypothesis): number {
  return (confidence * n + 1) / (n + 2);
}

function causesIn(hypotheses: readonly Hypothesis[]): string {
  return hypotheses.map(({ cause, by }) => `${cause} by ${by}`).join(', ');
}

async function answerOf(
  diagnoser: Diagnoser,
  incident: Incident,
  facts: Facts,
  { clock, log }: Pick<Context, 'clock' | 'log'>,
): Promise<Hypothesis[]> {
  const over = new AbortController();
  const deadline = clock.sleep(DEADLINE_MS, over.signal).then(
    () => undefined,
    () => undefined, // aborted: the diagnoser was faster
  );
  try {
    const answer = await Promise.race([diagnoser.diagnose(incident, facts), deadline]);
    if (answer === undefined)
      log.warn('diagnoser gave no answer in time', { diagnoser: diagnoser.name, incident: incident.id, deadlineMs: DEADLINE_MS });
    return (answer ?? []).map((hypothesis) => ({ ...hypothesis, by: diagnoser.name }));
  } catch (error) {
    log.warn('diagnoser broke', { diagnoser: diagnoser.name, incident: incident.id, error: String(error) });
    return [];
  } finally {
    over.abort();
  }
}
