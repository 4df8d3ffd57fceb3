import { type Command, Option } from 'commander';

/** Adds `train`, `forecast` and `detect`. Where `--output` names what is written, `--json` is the way to another form. */
export function addModelCommands(program: Command): void {
  program
    .command('train')
    .description('learn a model from a CSV, and say what it is worth beside plain baselines')
    .addOption(new Option('--task <task>', 'what to learn').choices(['forecast', 'anomaly', 'pod-failure']).makeOptionMandatory())
    .requiredOption('--input <file>', 'a CSV with timestamp, namespace, pod and numeric columns (may be gzipped)')
    .requiredOption('--output <dir>', 'where model.onnx and model.json are written')
    .addOption(new Option('--model <kind>', 'which kind of model').choices(['lstm', 'transformer', 'tcn']).default('lstm'))
    .option('--features <columns>', 'learn these columns only, with commas between them (default: all that are numeric)')
    .option('--window <steps>', 'how many rows the model sees', '20')
    .option('--horizon <steps>', 'how many rows it forecasts (anomaly: 1)', '5')
    .option('--epochs <count>', 'at most so many; it stops when it learns no more', '20')
    .option('--seed <number>', 'the same seed learns the same model', '1')
    .option('--false-alarms <number>', 'anomaly: so many a day and series are put up with', '0.1')
    .action(async (flags) => (await import('./commands/train.ts')).trainModel(flags.json ? 'json' : 'table', flags));

  program
    .command('forecast')
    .description('what comes next in each series of a CSV, with intervals')
    .requiredOption('--input <file>', 'a CSV with timestamp, namespace, pod and numeric columns (may be gzipped)')
    .option('--model <dir>', 'what `train --task forecast` wrote takes part where it beats the simple ways')
    .option('--output <file>', 'write all rows here, as CSV')
    .action(async (flags) => (await import('./commands/forecast.ts')).forecast(flags.json ? 'json' : 'table', flags));
  program
    .command('detect')
    .description('anomalies in a CSV, which may be none')
    .requiredOption('--input <file>', 'a CSV with timestamp, namespace, pod and numeric columns (may be gzipped)')
    .addOption(
      new Option(
        '--model <path>',
        'what `train --task anomaly` wrote, or an .onnx, .h5 or .keras file (default: the median of the rows before)',
      ).env('MODEL_PATH'),
    )
    .option('--false-alarms <number>', 'for such a file: so many a day and series are put up with', '0.1')
    .option('--features <columns>', 'look at these columns only, with commas between them')
    .option('--threshold <score>', 'from which score on a row is odd (default: 8 robust deviations; or as the model says)')
    .option('--plot <file>', 'draw a PNG here')
    .addOption(new Option('-o, --output <form>', 'how to print').choices(['table', 'json', 'yaml']))
    .action(async (flags) => (await import('./commands/detect.ts')).detect(flags.json ? 'json' : (flags.output ?? 'table'), flags));
}
