/** What a command is: one record from which argv parsing, help text and the guide's command page are made, and one run(). */
import type { Progress } from '../core/progress';
import type { Style } from '../core/style';

export type ExitCode = 0 | 1 | 2;

export interface OptionRecord {
  /** Commander's form: `--cache <dir>`, `--write`, `--header <line...>`. */
  readonly flags: string;
  readonly description: string;
  readonly default?: string | boolean | number;
  /** Allowed values, where the list is closed. */
  readonly choices?: readonly string[];
}

export interface ArgumentRecord {
  /** Commander's form: `<url>`, `[path...]`. */
  readonly name: string;
  readonly description: string;
}

export interface CommandRecord {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly arguments?: readonly ArgumentRecord[];
  readonly options?: readonly OptionRecord[];
  /** At least one: a line one can type, and what it does. */
  readonly examples: readonly { readonly line: string; readonly meaning: string }[];
  /** Whether it writes to --out, which is then tried out before it begins: nobody wants to hear of a full disk after an hour. */
  readonly writesOut?: true | ((options: CommandContext['options']) => boolean);
  run(context: CommandContext): Promise<CommandOutcome>;
}

/** Everything a command may use of the outside world besides files and the network. */
export interface CommandContext {
  /** Positional arguments as given. */
  readonly args: readonly string[];
  /** Parsed options by camelCase name, the common ones included. */
  readonly options: Readonly<Record<string, unknown>> & CommonOptions;
  readonly console: Console;
  /** Aborted on Ctrl-C or SIGTERM: stop, clean up, return. */
  readonly signal: AbortSignal;
}

export interface CommonOptions {
  /** Folder for everything the command writes. */
  readonly out: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** Where a command talks to a person. With --json only the outcome's `json` reaches stdout; all else is silent or on stderr. */
export interface Console {
  /** A result line for a person: stdout; nothing with --json; also printed with --quiet only if `always`. */
  line(text?: string, always?: boolean): void;
  /** A remark on the way: stderr; nothing with --quiet. */
  note(text: string): void;
  /** Progress: a bar on a terminal, plain lines elsewhere, nothing with --quiet. */
  readonly progress: Progress;
  readonly style: Style;
  /** Width for text on stdout: that of the terminal, within reason; 80 elsewhere. */
  readonly columns: number;
}

export interface CommandOutcome {
  readonly exitCode: ExitCode;
  /** Printed as the only thing on stdout with --json. */
  readonly json: unknown;
  /** Printed instead where there is much of it: its text in pieces, which together may be longer than a string can be. */
  readonly jsonText?: Iterable<string>;
}
