/** SUSHI's log while some work runs in, findings with file and line out; nothing reaches the console. */
import { join, relative, resolve } from 'node:path';
import { utils } from 'fsh-sushi';
import type { Finding, FindingLocation } from '../core/finding';

/** SUSHI has no message codes; these are told by their text, the first that matches. A group named `file` says where it is. */
const MESSAGE_CODES: readonly (readonly [code: string, text: RegExp])[] = [
  ['automatic-dependency', /^Failed to load automatically-provided /],
  ['missing-dependency', /^Failed to load [\w.-]+#/],
  ['parent-not-found', /^Parent \S+ not found/],
  ['path-not-found', /^No element found at path /],
  ['fsh-syntax', /^(extraneous input|mismatched input|no viable alternative|missing .* at|token recognition error|Assignment rules must include)/],
  ['duplicate-name', /^Duplicate /],
  ['duplicate-resource', /^Ignoring FSH definition for /],
  ['bad-resource-file', /^Failed to register resource at path: (?<file>.+)$/],
];

/** The code of messages that no row above tells apart. */
export const OTHER_MESSAGE = 'sushi';

/** Where SUSHI says a message belongs: the rule's own place, and for a rule of a RuleSet also where it was inserted. */
interface SushiLogEntry {
  level: string;
  message: string;
  file?: string;
  location?: { startLine: number; startColumn: number };
  appliedFile?: string;
  appliedLocation?: { startLine: number; startColumn: number };
}

/**
 * Runs some SUSHI work and collects what it logs as warning or error, leaving out what the project tells SUSHI to ignore.
 * SUSHI has one logger for the process, so two of these must not overlap.
 * @param root the project's folder as the user gave it; files are named under it in the same way
 */
export async function collectingSushiLog<T>(root: string, work: () => T | Promise<T>): Promise<{ value: T; findings: Finding[] }> {
  const findings: Finding[] = [];
  const { logger } = utils;
  const format = logger.format;
  logger.format = {
    ...format,
    transform: (info) => {
      const entry = info as unknown as SushiLogEntry;
      if (entry.level !== 'warn' && entry.level !== 'error') return false;
      // The original format counts, filters ignored messages and then changes the entry, so it gets a copy.
      if (format.transform({ ...info }, format.options)) findings.push(toFinding(entry, root));
      return false;
    },
  };
  try {
    return { value: await work(), findings };
  } finally {
    logger.format = format;
  }
}

function toFinding(entry: SushiLogEntry, root: string): Finding {
  const [code, text] = MESSAGE_CODES.find(([, pattern]) => pattern.test(entry.message)) ?? [OTHER_MESSAGE];
  const named = entry.file ?? text?.exec(entry.message)?.groups?.['file'];
  const location = entry.appliedFile === undefined ? locate(named, entry.location, root) : locate(entry.appliedFile, entry.appliedLocation, root);
  const origin = entry.appliedFile === undefined ? undefined : locate(entry.file, entry.location, root);
  const message = origin?.file === undefined ? entry.message : `${entry.message} (a rule of ${origin.file}:${origin.line ?? 1})`;
  return {
    severity: entry.level === 'error' ? 'error' : 'warning',
    code,
    message: message.trim().replace(/\s*\n\s*/g, ' '),
    ...(location === undefined ? {} : { location }),
    source: 'sushi',
  };
}

function locate(file: string | undefined, place: SushiLogEntry['location'], root: string): FindingLocation | undefined {
  if (file === undefined) return undefined;
  const inside = relative(resolve(root), file);
  return {
    file: inside.startsWith('..') ? file : join(root, inside),
    ...(place === undefined ? {} : { line: place.startLine, column: place.startColumn }),
  };
}
