import type { DemoNews } from '../../app/demo/news.ts';
import type { Colors } from './layout.ts';

/** How kubemend is called here: by npm from a checkout, by its name where it is installed. */
export function programName(script: string | undefined): string {
  return script?.endsWith('.ts') ? 'npm run kubemend --' : 'kubemend';
}

/** How the farewell is printed. */
export interface FarewellStyle {
  readonly program: string;
  readonly columns: number;
  readonly colors: Colors;
}

/** How to look at a demo that goes on, from another terminal. */
export function lookAround(set: Extract<DemoNews, { is: 'set' }>, style: FarewellStyle): string[] {
  const { program, colors } = style;
  return [
    colors.bold('The cluster and kubemend go on until Ctrl-C. In another terminal:'),
    ...commands(
      [
        [`${program} incidents --state-dir ${set.stateDir}`, 'all that was found'],
        [`${program} incidents explain INCIDENT --state-dir ${set.stateDir}`, 'one of them, step by step'],
        [`${program} audit verify --state-dir ${set.stateDir}`, 'is the record of all this untouched?'],
        [`export KUBECONFIG=${set.kubeconfig}`, 'the cluster, for kubemend and curl; kubectl sends no token over plain HTTP'],
      ],
      style,
    ),
  ];
}

/** What a person may type next. */
export function whatNext(style: FarewellStyle): string[] {
  const { program, colors } = style;
  return [
    colors.bold('Next'),
    ...commands(
      [
        [`${program} demo --fault bad-release`, 'one fault alone; --seed N draws other variants'],
        [`${program} doctor`, 'can it reach your own cluster, and what may it do there?'],
        [`${program} run --namespace NAME`, 'mode ask: nothing is changed unless you approve it'],
      ],
      style,
    ),
    '  README.md tells the rest.',
  ];
}

/** Each command with what it is for: beside it where all of them fit, else below, so that none is broken. */
function commands(list: readonly (readonly [command: string, why: string])[], { columns, colors }: FarewellStyle): string[] {
  const width = Math.max(...list.map(([command]) => command.length)) + 2;
  const isBeside = list.every(([, why]) => width + why.length + 2 < columns);
  return list.map(([command, why]) =>
    isBeside ? `  ${command.padEnd(width)}${colors.dim(why)}` : `  ${command}\n      ${colors.dim(why)}`,
  );
}
