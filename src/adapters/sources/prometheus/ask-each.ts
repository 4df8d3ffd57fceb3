/** How several questions are asked: `atOnce` many, until `failed` says to stop or the signal is aborted. */
export interface Asking<Question, Answer> {
  readonly atOnce: number;
  readonly signal: AbortSignal;
  ask(question: Question): Promise<Answer>;
  /** Told of each question that failed, but not of those that were aborted. */
  failed(question: Question, error: unknown): 'go on' | 'stop';
}

/** Asks them all, each by itself, and gives the answers of those that had one. Never rejects. */
export async function askEach<Question, Answer>(
  questions: readonly Question[],
  { atOnce, signal, ask, failed }: Asking<Question, Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const waiting = [...questions];
  async function askOne(question: Question): Promise<void> {
    try {
      answers.push(await ask(question));
    } catch (error) {
      if (!signal.aborted && failed(question, error) === 'stop') waiting.length = 0;
    }
  }
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) await askOne(next);
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return answers;
}
