#!/usr/bin/env -S node --max-semi-space-size=2
import { Command, CommanderError, Option } from 'commander';
import { addModelCommands } from './model-commands.ts';
import { addStressCommand } from './stress-command.ts';

/** Flags that every command knows. */
interface Shared {
  readonly stateDir?: string;
  readonly config?: string;
  readonly output?: 'table' | 'json' | 'yaml';
  readonly json?: boolean;
}

const program = new Command('kubemend')
  .description(
    'Detects faults in Kubernetes clusters, finds their cause, mends them under guards, verifies the result, and undoes what made things worse.',
  )
  .version('0.1.0')
  .exitOverride()
  .showSuggestionAfterError()
  .configureHelp({ showGlobalOptions: true })
  .addHelpText('after', '\nExit codes: 0 done, 1 found a problem, 2 wrong usage, 3 could not reach something.');

program
  .command('run')
  .description('watch the cluster, and mend what the mode and the guards allow')
  .addOption(new Option('--mode <mode>', 'how far to go (default: ask)').choices(['observe', 'suggest', 'ask', 'auto']))
  .option('--dry-run', 'change nothing: say what would be done')
  .option('-n, --namespace <name>', 'look at and act in this namespace only (repeatable; opts it in)', collect)
  .option('--kubeconfig <file>', "the kubeconfig to use (default: as kubectl finds it, or the pod's own account)")
  .option('--context <name>', 'the context of the kubeconfig')
  .option('--own-namespace <name>', "kubemend's own namespace: accounts and Lease (default: kubemend)")
  .option('--listen <address>', 'answer over HTTP here, for instance 127.0.0.1:8080 (default: nowhere)')
  .option('--prometheus-url <url>', 'a Prometheus to read metrics from, for instance http://127.0.0.1:9090')
  .option('--record <file>', 'write down what the sources of samples tell, to be replayed (JSON lines, gzip)')
  .option('--once', 'one look at the cluster, go as far as possible without waiting for anybody, and stop')
  .action(async (flags, command) => (await import('./commands/run.ts')).run(shared(command), flags));

program
  .command('doctor')
  .description('test every connection and permission, one line each')
  .option('--kubeconfig <file>', 'the kubeconfig to test')
  .option('--context <name>', 'the context of the kubeconfig')
  .option('--own-namespace <name>', "kubemend's own namespace (default: kubemend)")
  .option('--prometheus-url <url>', 'a Prometheus to test, too')
  .action(async (flags, command) => (await import('./commands/doctor.ts')).doctor(shared(command), flags));

const incidents = program.command('incidents').description('what was found, and what came of it');
incidents
  .command('list', { isDefault: true })
  .description('open incidents, and those of the last day')
  .option('--open', 'only open ones')
  .action(async (flags, command) => (await import('./commands/incidents.ts')).list(shared(command), flags));
incidents
  .command('show <incident>')
  .description('everything about one incident')
  .action(async (id, _flags, command) => (await import('./commands/incidents.ts')).show(shared(command), id));
incidents
  .command('explain <incident>')
  .description('what was seen, why, what was done or refused, in order')
  .action(async (id, _flags, command) => (await import('./commands/incidents.ts')).explain(shared(command), id));

program
  .command('approve <incident>')
  .description('allow the plan that the incident asks about, as it stands now')
  .action(async (id, _flags, command) => (await import('./commands/answer.ts')).answer(shared(command), id, 'approved'));
program
  .command('deny <incident>')
  .description('forbid the plan that the incident asks about')
  .action(async (id, _flags, command) => (await import('./commands/answer.ts')).answer(shared(command), id, 'denied'));
program
  .command('undo <incident>')
  .description('take back the last act of an incident, unless it was changed since')
  .action(async (id, _flags, command) => (await import('./commands/answer.ts')).undo(shared(command), id));

program
  .command('pause')
  .description('the red button: no new act from now on, also after a restart')
  .option('--scope <scope>', 'cluster, namespace:NAME or node:NAME', 'cluster')
  .option('--reason <text>', 'why, for the others', 'no reason given')
  .action(async (flags, command) => (await import('./commands/pause.ts')).pause(shared(command), flags));
program
  .command('resume')
  .description('release the red button')
  .option('--scope <scope>', 'cluster, namespace:NAME or node:NAME', 'cluster')
  .action(async (flags, command) => (await import('./commands/pause.ts')).resume(shared(command), flags));

const audit = program.command('audit').description('the tamper-evident record of every decision and act');
audit
  .command('list', { isDefault: true })
  .description('the rows of the audit chain, oldest first')
  .option('--incident <id>', 'only those of one incident')
  .action(async (flags, command) => (await import('./commands/audit.ts')).list(shared(command), flags));
audit
  .command('verify')
  .description('check the chain; exit 1 and name the row if it was tampered with')
  .action(async (_flags, command) => (await import('./commands/audit.ts')).verify(shared(command)));

program
  .command('demo')
  .description('a simulated cluster in which things fail, and kubemend mending them before your eyes')
  .option('--once', 'end after the summary; without it all goes on until Ctrl-C')
  .option('--fault <name>', 'only this fault (repeatable; a wrong name lists them)', collect)
  .option('--speed <factor>', 'how much faster than the clock its time runs', '10')
  .option('--seed <number>', 'the same seed draws the same variants', '1')
  .addHelpText(
    'after',
    '\nIts records lie in a temporary directory that is removed in the end, or in --state-dir, which must be empty, to stay.',
  )
  .action(async (flags, command) => (await import('./commands/demo.ts')).demo(shared(command), flags));

program
  .command('simulate')
  .description('a simulated cluster behind a real Kubernetes API, to try kubemend on; until Ctrl-C')
  .option('--fault <name>', 'let this happen a minute later (repeatable), in a namespace of its own', collect)
  .option('--nodes <count>', 'how many nodes, in three zones', '3')
  .option('--speed <factor>', 'how much faster than the clock its time runs', '1')
  .option('--seed <number>', 'the same seed draws the same variants', '1')
  .option('--port <port>', 'of 127.0.0.1; 0 takes any free one', '0')
  .option('--kubeconfig-out <file>', 'where to write the kubeconfig', 'simulated.kubeconfig')
  .action(async (flags, command) => (await import('./commands/simulate.ts')).simulate(shared(command).output, flags));

program
  .command('replay <file>')
  .description('what the series detectors say about a recording of run --record, or about a CSV; always the same')
  .action(async (file, _flags, command) => (await import('./commands/replay.ts')).replay(shared(command), file));

program
  .command('eval <task>')
  .description('measure a skill on a labelled data set, beside baselines; tasks: anomaly, flows, forecast, logs, pod-failure, symptoms')
  .requiredOption('--data <dir>', 'the folder of the data set')
  .option('--limit <count>', 'only so many of its cases')
  .option('--model <dir>', 'forecast: what `train --task forecast` wrote takes part, and the figures without it stand beside')
  .action(async (task, flags, command) => (await import('./commands/eval.ts')).evaluate(shared(command).output, task, flags));

addModelCommands(program);

program
  .command('collect')
  .description('write figures about every pod to a CSV file, until Ctrl-C; what is not known stays empty')
  .option('--output-file <file>', 'made, or gone on with', 'pod_metrics.csv')
  .option('--prometheus-url <url>', "where figures come from (default: the cluster's metrics API, which knows CPU and memory)")
  .option('-n, --namespace <name>', 'only pods of this namespace (repeatable)', collect)
  .option('--interval <duration>', 'how often', '30s')
  .option('--query <name=promql>', 'a column of your own, by namespace and pod (repeatable; needs a Prometheus)', collect)
  .option('--max-mebibytes <size>', 'beyond this the file is put aside as FILE.1', '100')
  .option('--keep <count>', 'how many such files are kept', '5')
  .option('--test', 'one round; exit 3 when a source does not answer')
  .option('--kubeconfig <file>', "the kubeconfig to use (default: as kubectl finds it, or the pod's own account)")
  .option('--context <name>', 'the context of the kubeconfig')
  .action(async (flags, command) => (await import('./commands/collect.ts')).collect(shared(command), flags));

program
  .command('watch')
  .description('follow a CSV of figures (see `collect`) and write what it shows of each pod: what, why, how sure, what to do')
  .option('--input-file <file>', 'the CSV, which may still grow or be rotated', 'pod_metrics.csv')
  .option('--output-file <file>', 'where the insights go, as JSON', 'pod_insights.json')
  .option('--watch-interval <duration>', 'how often the file is looked at', '30s')
  .option('--alert-threshold <share>', 'from which probability on an insight alerts', '0.7')
  .option('--test', 'one look; exit 1 when something alerts')
  .option('--agent-only', 'only look at the file (this is what it does; collecting is `collect`)')
  .option('--fetch-only', 'only collect into the input file, as `collect --output-file` does')
  .option('--prometheus-url <url>', 'for --fetch-only: where figures come from (default: the metrics API)')
  .action(async (flags, command) => (await import('./commands/watch.ts')).watch(shared(command), flags));

program
  .command('remediate')
  .description('look into the pods that `watch` found, and mend what the guards and you allow')
  .option('--metrics-file <file>', 'the insights that `watch` writes', 'pod_insights.json')
  .option('--confidence-threshold <share>', 'only insights of this probability or more', '0.7')
  .option('--watch-interval <duration>', 'read the insights again so often, until Ctrl-C (default: once)')
  .option('--dry-run', 'change nothing: say what would be done')
  .option('--auto-approve', 'let the guards decide on low and medium risks, as `run --mode auto` does')
  .option('-n, --namespace <name>', 'act in this namespace only (repeatable; opts it in)', collect)
  .option('--kubeconfig <file>', "the kubeconfig to use (default: as kubectl finds it, or the pod's own account)")
  .option('--context <name>', 'the context of the kubeconfig')
  .option('--own-namespace <name>', "kubemend's own namespace: accounts and Lease (default: kubemend)")
  .action(async (flags, command) => (await import('./commands/remediate.ts')).remediate(shared(command), flags));

addStressCommand(program, shared);

program
  .command('backup <file>')
  .description('write a consistent copy of the database')
  .action(async (file, _flags, command) => (await import('./commands/backup.ts')).backup(shared(command), file));

program
  .command('manifests')
  .description('print the accounts, rights and the second wall for `kubectl apply -f -`')
  .option('--own-namespace <name>', "kubemend's own namespace (default: kubemend)")
  .addOption(
    new Option('--identity <source>', 'with roles for people, and the right to ask about them (http.identity)').choices(['kubernetes']),
  )
  .option('--no-events', 'without the right to write Kubernetes events (notify.events: false)')
  .action(async (flags, command) => (await import('./commands/manifests.ts')).manifests(shared(command), flags));

program
  .command('token')
  .description('tokens for the HTTP API')
  .command('new')
  .description('make a token, shown once, and the entry for the file that http.tokenFile names')
  .requiredOption('--name <name>', 'whose it is; stands in the audit as user:NAME')
  .addOption(new Option('--role <role>', 'what it opens').choices(['viewer', 'approver', 'admin']).makeOptionMandatory())
  .option('-n, --namespace <name>', 'in this namespace only (repeatable)', collect)
  .option('--expires <instant>', 'until when, for instance 2026-12-31T00:00:00Z (default: for good)')
  .action(async (flags, command) => (await import('./commands/token.ts')).create(shared(command).output, flags));

program
  .command('completion <shell>')
  .description('print the completion script for bash, zsh or fish')
  .action(async (shell) => {
    process.stdout.write((await import('./completion.ts')).completionFor(shell, program));
  });

for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
  if (command.commands.length === 0) addShared(command);
  command.exitOverride();
}

function addShared(command: Command): void {
  command
    .option('--state-dir <dir>', 'where databases and evidence lie (KUBEMEND_STATE_DIR; default: .kubemend)')
    .option('--config <file>', 'a configuration file (YAML)')
    .option('--json', 'print JSON');
  const writesFiles = command.options.some(({ long }) => long === '--output');
  if (!writesFiles) command.addOption(new Option('-o, --output <form>', 'how to print').choices(['table', 'json', 'yaml']));
}

function shared(command: Command): Shared & { readonly output: 'table' | 'json' | 'yaml' } {
  const flags = command.opts<Shared>();
  return { ...flags, output: flags.json ? 'json' : (flags.output ?? 'table') };
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else process.exitCode = (await import('./failure.ts')).report(error);
}
