/** The table of commands; a new command is one file and one row here. Each is loaded only when it is asked for or listed. */
import { buildCommand } from './build';
import { cleanupCommand } from './cleanup';
import type { CommandRecord } from './command';
import { convertCommand } from './convert';
import { coverageCommand } from './coverage';
import { demoCommand } from './demo';
import { diffCommand } from './diff';
import { doctorCommand } from './doctor';
import { generateCommand } from './generate';
import { linksCommand } from './links';
import { newCommand } from './new';
import { packagesCommand } from './packages';
import { publishCommand } from './publish';
import { qaCommand } from './qa';
import { selftestCommand } from './selftest';
import { serveCommand } from './serve';
import { siteCommand } from './site';
import { testCommand } from './test';
import { testDicomwebCommand } from './test-dicomweb';
import { validateCommand } from './validate';
import { watchCommand } from './watch';

/** In the order in which help lists them. */
export const COMMANDS: readonly CommandRecord[] = [demoCommand, buildCommand, siteCommand, watchCommand, newCommand, qaCommand, diffCommand, publishCommand, generateCommand, validateCommand, convertCommand, coverageCommand, serveCommand, testCommand, testDicomwebCommand, cleanupCommand, linksCommand, selftestCommand, packagesCommand, doctorCommand];
