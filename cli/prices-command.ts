import { Command } from 'commander';
import type { CheckOptions, ImportCommandOptions } from './prices';

const listed = (text: string, before: readonly string[] = []) => [...before, text];

/** `vcf-ai prices`: 0 sound, 1 refused, 2 it could not be read. */
export function pricesCommand(): Command {
  const command = new Command('prices').description(
    'check a price book, or make one from LiteLLM’s price map',
  );
  command
    .command('check')
    .argument('<book>', 'price book (YAML or JSON)')
    .description('refuse every mistake of a price book, and changes to prices that were in force')
    .option('--against <book>', 'the version before: what was in force in it must be unchanged')
    .option(
      '--stack <name>',
      'the prices of its document, by which budgets are counted, must be those of the book',
    )
    .option('--at <date>', 'the time at which prices are in force (default: now)')
    .option('--json', 'print it as JSON')
    .action(async (book: string, options: CheckOptions) =>
      (await import('./prices.js')).checkPrices(book, options),
    );
  command
    .command('import')
    .argument('<file>', 'model_prices_and_context_window.json of LiteLLM')
    .description('print a price book with the prices of tokens; says on standard error what is not imported')
    .requiredOption('--date <date>', 'when the prices begin, UTC')
    .option('--model <name>', 'only this model, as NAME or NAME=THE NAME IN ANSWERS; may be repeated', listed)
    .option('--source <text>', 'where the prices are from (default: LiteLLM, with the file)')
    .option('--out <file>', 'file to write; an existing one is refused (default: standard output)')
    .option('--json', 'print the prices and what is not imported as JSON')
    .action(async (file: string, options: ImportCommandOptions) =>
      (await import('./prices.js')).importPrices(file, options),
    );
  return command;
}
