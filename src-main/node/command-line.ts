import { Argument, Command, CommanderError, Option } from 'commander';
import { SlipstreamError } from '../shared/errors.ts';
import { defaultTier, type FastPolicy, fastPolicies, tierIds } from '../shared/tiers.ts';
import { absent } from '../shared/turn-words.ts';
import { usageKeys } from '../shared/usage-words.ts';
import { type LanguageChoice, languageChoices } from '../shared/words/languages.ts';
import { commandCode } from './command-code.ts';
import { completeHelp } from './command-help.ts';
import { complaint, namesCommand, withHelpOption, wrongName } from './command-names.ts';
import type { BenchOptions } from './commands/bench.ts';
import type { CoinOptions } from './commands/coin.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import { addExportOptions, type ExportOptions } from './commands/export-options.ts';
import type { ImportOptions } from './commands/import.ts';
import type { KeyOptions } from './commands/keys.ts';
import type { ParityOptions } from './commands/parity.ts';
import type { ServiceOptions } from './commands/service.ts';
import { parseDay, parseUsageKeys, type UsageOptions } from './commands/usage-options.ts';
import type { CommandContext } from './context.ts';
import { findDemo, recordOf } from './demo-place.ts';
import { type Place, withHints } from './hints.ts';
import {
  addCommonOptions,
  addServeOptions,
  addServiceOptions,
  type CoinDeed,
  type CommonOptions,
  checkServeOptions,
  coinDeeds,
  demoHasItsFolder,
  parseFilled,
  parsePairs,
  parseRegion,
  type ServeOptions,
} from './options.ts';

const serviceActions = [
  ['install', 'write the service of this system and start it: a user unit of systemd, a launch agent, a task'],
  ['remove', 'stop the service and take its file away; the data folder stays'],
  ['status', 'tell how the service is, as the system says it'],
] as const;

/** Exit code of a call that is not understood, as shells have it. */
const usageError = 2;

/**
 * Runs the command that the arguments name and gives its exit code: 2 where they are not understood. Failures are one line on
 * standard error.
 */
export async function runCommandLine(args: readonly string[], outer: CommandContext): Promise<number> {
  let exitCode = 0;
  let place: Place = { dataDir: null, demo: false };
  const context = withHints(outer, () => place);
  const program = addCommonOptions(new Command('slipstream'))
    .description('A local proxy for Codex accounts.')
    .version(context.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.complain(complaint(text.trimEnd())),
    });
  /** Hands a command its options together with the common ones. */
  const action =
    <O extends CommonOptions>(run: (options: O, command: Command) => Promise<number>) =>
    async (...given: unknown[]) => {
      const command = given.at(-1);
      if (!(command instanceof Command)) {
        exitCode = 1;
        return;
      }
      refuseStrayOptions(command);
      const options = command.optsWithGlobals<O>();
      const isDemo = options.demo === true;
      // A demo is found without a folder's name, and has one of its own.
      place = { dataDir: namesFolder(command) && !isDemo ? options.dataDir : null, demo: isDemo };
      exitCode = await run(placed(options, command, context), command);
    };

  addServeOptions(program.command('serve', { isDefault: true }))
    .description('run the proxy and its dashboard')
    .action(
      action<ServeOptions>((options, command) => {
        checkServeOptions(options);
        tellOfDemo(options, command, context);
        return commandCode.serve(options, context);
      }),
    );
  program
    .command('login')
    .option('--device', 'with a code to enter on another machine')
    .option('--proxy <url>', 'through a proxy that the account keeps')
    .description('sign an account in')
    .action(
      action<CommonOptions & { device?: true; proxy?: string }>((options) => commandCode.login(options, context)),
    );
  program
    .command('import')
    .argument('<path>', 'an auth.json as "codex login" writes it, or a file or folder of another proxy', parseFilled)
    .option('--copy', 'copy the sign-in that the Codex command uses, instead of sharing it')
    .option('--dry-run', 'show what would be taken and what not')
    .option('--yes', 'take a folder, settings or several accounts without asking')
    .description('add accounts, and take over the settings of another proxy')
    .action((file: string, _options, command: Command) =>
      action<ImportOptions>((options) => commandCode.importFile(file, options, context))(command),
    );
  const accounts = program
    .command('accounts')
    .option('--json', 'as JSON')
    .description('list the accounts')
    .action(action((options) => commandCode.listAccounts(options, context)));
  accounts
    .command('proxy')
    .argument('<account>', 'its id or e-mail')
    .argument('<url>', 'http, https, socks5 or socks5h; "none" for the way of all; "-" reads it from standard input')
    .description('set the way out of one account, and try it')
    .action((account: string, url: string, _options, command: Command) =>
      action((options) => commandCode.setAccountProxy(account, url, options, context))(command),
    );
  const fast = program
    .command('fast')
    .addArgument(new Argument('[policy]', 'what to set; without it, what is set is told').choices(fastPolicies))
    .description('set or tell fast mode')
    .action((policy: FastPolicy | undefined, _options, command: Command) =>
      action((options) => commandCode.setFast(policy, options, context))(command),
    );
  fast
    .command('coin')
    .addArgument(new Argument('[what]', 'what to do; without it, the coins are told').choices(coinDeeds))
    .addOption(new Option('--model <model>', 'whose sessions it decides for').default('gpt-5.5'))
    .addOption(new Option('--tier <tier>', 'the fast tier').choices(tierIds).default(defaultTier.id))
    .option('--account <email>', 'the account; otherwise the one a new session would get')
    .addOption(new Option('--pairs <pairs>', 'the most pairs of sessions').default(24).argParser(parsePairs))
    .addOption(
      new Option('--region <percent>', 'a difference within it does not matter').default(10).argParser(parseRegion),
    )
    .option('--json', 'as JSON')
    .description('let a coin decide for a while which ordinary sessions are fast: a proof without an extra turn')
    .action((what: CoinDeed | undefined, _options, command: Command) =>
      action<CoinOptions>((options) => commandCode.coin(what, options, context))(command),
    );
  program
    .command('language')
    .addArgument(new Argument('[language]', 'what to set; without it, what is set is told').choices(languageChoices))
    .description('set or tell what the dashboard and the tray speak; commands stay in English')
    .action((choice: LanguageChoice | undefined, _options, command: Command) =>
      action((options) => commandCode.setLanguage(choice, options, context))(command),
    );
  const key = program
    .command('key')
    .option('--rotate', 'make a new one, and refuse the old one')
    .description('print the API key that clients send')
    .action(action<CommonOptions & { rotate?: true }>((options) => commandCode.showKey(options, context)));
  key
    .command('add')
    .argument('<name>', 'as traces call it')
    .option('--expires <when>', 'a span (12h, 30d, 4w) or a date')
    .option('--models <list>', 'with commas between them; all where it is absent')
    .option('--tiers <list>', `of ${[absent, ...tierIds].join(', ')}, with commas; all where it is absent`)
    .option('--requests <n>', 'a day of UTC')
    .option('--tokens <n>', 'a day of UTC')
    .description('make another API key and print it: it cannot be shown again')
    .action((name: string, _options, command: Command) =>
      action<KeyOptions>((options) => commandCode.addKey(name, options, context))(command),
    );
  key
    .command('list')
    .option('--json', 'as JSON')
    .description('list the other API keys: what they may do, and have used today')
    .action(action<CommonOptions & { json?: true }>((options) => commandCode.listKeys(options, context)));
  key
    .command('revoke')
    .argument('<name>', 'or its id')
    .description('take an API key away and end what runs for it')
    .action((name: string, _options, command: Command) =>
      action((options) => commandCode.revokeKey(name, options, context))(command),
    );
  const services = program.command('service').description('have the system run Slipstream without a window');
  for (const [name, description] of serviceActions) {
    addServiceOptions(services.command(name))
      .description(description)
      .action(action<ServiceOptions>((options) => commandCode.service(name, options, context)));
  }
  program
    .command('metrics')
    .addArgument(new Argument('[switch]', 'without it, what is set is told').choices(['on', 'off']))
    .option('--rotate', 'make a new token, and refuse the old one')
    .description('count turns for Prometheus; prints the address and the token')
    .action((wanted: 'on' | 'off' | undefined, _options, command: Command) =>
      action<CommonOptions & { rotate?: true }>((options) => commandCode.metrics(wanted, options, context))(command),
    );
  program
    .command('stop-turn')
    .argument('<id>', 'of the request, as its detail shows it')
    .description('end a turn that runs')
    .action((id: string, _options, command: Command) =>
      action((options) => commandCode.stopTurn(id, options, context))(command),
    );
  program
    .command('status')
    .option('--json', 'as JSON')
    .description('say whether it runs, and what it does (exit code 3: not running)')
    .action(action((options) => commandCode.showStatus(options, context)));
  program
    .command('usage')
    .addOption(
      new Option('--by <keys>', `what tells the sums apart, of ${usageKeys.join(', ')}`)
        .default(['day'], 'day')
        .argParser(parseUsageKeys),
    )
    .addOption(
      new Option('--since <day>', 'from this day on: a date, or so many days ago: 6d, seven days with today').argParser(
        parseDay,
      ),
    )
    .addOption(new Option('--until <day>', 'up to this day, which counts: the same').argParser(parseDay))
    .addOption(new Option('--csv', 'as comma-separated values').conflicts('json'))
    .option('--json', 'as JSON')
    .description('tell tokens, quota and cost by day, model, client, project, account or tier')
    .action(action<UsageOptions>((options) => commandCode.showUsage(options, context)));
  program
    .command('open')
    .description('open the dashboard of the running instance')
    .action(action((options) => commandCode.openDashboard(options, context)));

  program
    .command('bench')
    .addOption(
      new Option('--pairs <pairs>', 'the most pairs of turns; it ends sooner where it is decided sooner')
        .default(24)
        .argParser(parsePairs),
    )
    .addOption(new Option('--model <model>', 'the model to try').default('gpt-5.5'))
    .addOption(new Option('--tier <tier>', 'the fast tier to try').choices(tierIds).default(defaultTier.id))
    .addOption(new Option('--effort <effort>', 'its reasoning effort').default('low'))
    .addOption(
      new Option('--region <percent>', 'a difference within it does not matter').default(10).argParser(parseRegion),
    )
    .option('--factors', 'search for what fast depends on: transport, originator, routing hint')
    .addOption(
      new Option('--continue <id>', 'go on with an undecided experiment, to 36 or 48 pairs').conflicts('factors'),
    )
    .option('--account <email>', 'the account to run on; otherwise the one a new session would get')
    .option('--json', 'the result as JSON, which pipes and files get anyway')
    .option('--yes', 'start without being asked')
    .description('try whether fast mode helps: says the cost, sends paired turns, gives a verdict with its interval')
    .action(action<BenchOptions>((options) => commandCode.bench(options, context)));
  program
    .command('parity')
    .option('--codex <path>', 'the Codex command; otherwise the "codex" on PATH', parseFilled)
    .option('--use', 'send clients that are not Codex with what was learned')
    .option('--json', 'as JSON')
    .description('learn how the installed Codex command sends its turns, without account or network, and compare')
    .action(action<ParityOptions>((options) => commandCode.showParity(options, context)));
  program
    .command('doctor')
    .option('--json', 'as JSON')
    .addOption(
      new Option('--yes', 'ask upstream without asking you: one request for each account').conflicts('offline'),
    )
    .option('--offline', 'ask nobody but this machine')
    .description('look at everything a turn depends on, and say what to mend (exit code 1: no turn can work now)')
    .action(action<DoctorOptions>((options) => commandCode.doctor(options, context)));
  addExportOptions(program.command('export'))
    .addArgument(new Argument('<format>').choices(['har']))
    .argument('<file>', 'a new file, or - for standard output', parseFilled)
    .description('write the newest turns, or those that match, to a file')
    .action((_format: string, file: string, _options, command: Command) =>
      action<ExportOptions>((options) => commandCode.exportHar(file, options, context))(command),
    );

  if (!namesCommand(args, program)) {
    // What adds the last command is a library, which who has named another one need not wait for.
    const { addCompletion } = await import('./completion.ts');
    addCompletion(program, args, (line) => context.print(line));
  }
  completeHelp(program);

  const words = withHelpOption(args, program);
  const wrong = wrongName(words, program);
  if (wrong !== null) {
    context.complain(`slipstream: ${wrong}`);
    return usageError;
  }
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : usageError;
    // A disk that is full or read-only is no fault of the program: one line, no stack.
    const isTold = thrown instanceof SlipstreamError || (thrown instanceof Error && 'syscall' in thrown);
    if (!isTold) throw thrown;
    context.complain(`slipstream: ${thrown.message}`);
    return thrown instanceof SlipstreamError && thrown.code === 'request_invalid' ? usageError : 1;
  }
}

/**
 * The data folder a command is for. While a demo runs and nothing else does, that is the demo's: what somebody tries out there
 * must not change the real settings. A service outlives every demo.
 */
function placed<O extends CommonOptions>(options: O, command: Command, context: CommandContext): O {
  const isService = command.parent?.name() === 'service';
  if (isService && options.demo)
    throw new SlipstreamError('request_invalid', { message: 'A demo is no service of the system.' });
  if (isService || command.name() === 'serve') return options;
  if (!options.demo && (namesFolder(command) || recordOf(options.dataDir) !== null)) return options;
  const dataDir = findDemo();
  if (dataDir !== null) {
    if (!options.demo)
      context.complain('slipstream: this goes to the demo that runs; --data-dir reaches a folder of yours.');
    else if (dataDir !== options.dataDir) tellOfDemo(options, command, context);
    return { ...options, dataDir };
  }
  if (options.demo) throw new SlipstreamError('instance_absent', { message: 'No demo is running.' });
  return options;
}

/** Throws `request_invalid` for an option of the command above, such as the `--rotate` of `key --rotate list`: nobody reads it. */
function refuseStrayOptions(command: Command): void {
  const { parent } = command;
  // What the first one has, every command takes.
  if (parent === null || parent.parent === null) return;
  const own = new Set(command.options.map((option) => option.attributeName()));
  const stray = parent.options.find((option) => {
    const name = option.attributeName();
    return parent.getOptionValueSource(name) === 'cli' && !own.has(name);
  });
  if (stray === undefined) return;
  const message = `"${parent.name()} ${command.name()}" takes no ${stray.long}.`;
  throw new SlipstreamError('request_invalid', { message });
}

/** What is tried out in a demo must change nothing in a folder that is named beside it. */
function tellOfDemo(options: CommonOptions, command: Command, { complain }: CommandContext): void {
  if (options.demo && namesFolder(command)) complain(demoHasItsFolder(options.dataDir));
}

/** The user has named a data folder. */
function namesFolder(command: Command): boolean {
  return command.getOptionValueSourceWithGlobals('dataDir') !== 'default';
}
