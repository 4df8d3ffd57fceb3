import { userInfo } from 'node:os';
import { loadConfig } from '../app/config.ts';
import { asOperator, type Operator } from '../app/operator.ts';

/** The flags that every command knows, as `main.ts` passes them. */
export interface Common {
  readonly stateDir?: string;
  readonly config?: string;
  readonly output: 'table' | 'json' | 'yaml';
}

/** Does one piece of work on the configured state directory, in the name of whoever typed the command. */
export function withOperator<Answer>({ stateDir, config }: Common, work: (operator: Operator) => Promise<Answer>): Promise<Answer> {
  return asOperator(loadConfig({ stateDir, config }, process.env), `user:${userInfo().username}`, work);
}
