import type { Command } from 'commander';
import type { Common } from './with-operator.ts';

/** Adds `stress`. `shared` reads the flags that every command knows. */
export function addStressCommand(program: Command, shared: (command: Command) => Common): void {
  program
    .command('stress [pod]')
    .description('put CPU and memory load into running pods, with your own rights, to see what happens; it ends by itself')
    .requiredOption('-n, --namespace <name>', 'where the pods are')
    .option('-l, --selector <labels>', 'instead of a name: pods with these labels, for instance app=cart')
    .option('--container <name>', 'which container (default: the only one)')
    .option('--cpu <cores>', 'for each pod: 2, 0.5 or 500m', '1')
    .option('--memory <size>', 'for each pod: 256Mi or 1Gi', '0')
    .option('--for <duration>', 'how long, 30m at the most', '5m')
    .option('--ramp <duration>', 'the CPU load grows from nothing over this time', '0')
    .option('--pods <count>', 'how many of the selected pods (default: 1)')
    .option('--all', 'all selected pods')
    .option('--allow-oom', 'also more memory than fits under the limit: the kernel will kill')
    .option('--even-in <namespace>', "also in kube-system or kubemend's own namespace, named here")
    .option('--yes', 'do not ask')
    .option('--kubeconfig <file>', 'the kubeconfig to use (default: as kubectl finds it)')
    .option('--context <name>', 'the context of the kubeconfig')
    .action(async (pod, flags, command) => (await import('./commands/stress.ts')).stress(shared(command), pod, flags));
}
