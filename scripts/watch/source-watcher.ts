/** The folders and files of a project's sources in, the paths that were written, made or removed out, as it happens. */
import { lstatSync, readdirSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

export interface SourceWatcher {
  /** Looks now, instead of at the system's next notice. */
  look(): void;
  /** Takes files as they are now for seen: those that the program itself writes. */
  accept(files: readonly string[]): void;
  close(): void;
}

export interface WatchOptions {
  /** Folders (with all below) and files, asked for at each look; those that are not there yet may come. */
  readonly paths: () => readonly string[];
  readonly onChange: (files: readonly string[]) => void;
  /** Milliseconds between looks where the system tells of nothing (network drives, containers). */
  readonly pollMs?: number;
}

/** Milliseconds from the system's word to the look at what changed: editors write in several steps. */
const LOOK_AFTER_MS = 15;
/** Editors' own files. */
const NOT_SOURCES = /^\.|~$|\.(swp|swx|tmp|part)$|^4913$/;

/**
 * The system's notices only say when to look; what changed is found by comparing times and sizes, so that a lost or doubled
 * notice makes no difference.
 */
export function watchSources({ paths, onChange, pollMs = 1000 }: WatchOptions): SourceWatcher {
  let seen = snapshot(paths());
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    clearTimeout(timer);
    timer = undefined;
    const places = paths();
    places.forEach(listen);
    const now = snapshot(places);
    const files = [...new Set([...seen.keys(), ...now.keys()])].filter((file) => seen.get(file) !== now.get(file));
    seen = now;
    if (files.length > 0) onChange(files.sort());
  };
  const soon = () => void (timer ??= setTimeout(look, LOOK_AFTER_MS));
  const watchers = new Map<string, FSWatcher>();
  const listen = (path: string) => {
    if (watchers.has(path)) return;
    try {
      const watcher = watch(path, { recursive: lstatSync(path).isDirectory() }, soon);
      watcher.on('error', () => undefined); // the looks go on
      watchers.set(path, watcher);
    } catch {
      // not there yet, or a system without notices
    }
  };
  paths().forEach(listen);
  const poll = setInterval(look, pollMs);
  return {
    look,
    accept: (files) => {
      for (const file of files) {
        const mark = markOf(file);
        if (mark === undefined) seen.delete(file);
        else seen.set(file, mark);
      }
    },
    close: () => {
      clearInterval(poll);
      clearTimeout(timer);
      watchers.forEach((watcher) => watcher.close());
    },
  };
}

function snapshot(paths: readonly string[]): Map<string, string> {
  const marks = new Map<string, string>();
  const add = (path: string) => {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory() === true) children(path).forEach((name) => add(join(path, name)));
    else if (status?.isFile() === true) marks.set(path, `${status.mtimeMs} ${status.size} ${status.ino}`);
  };
  paths.forEach(add);
  return marks;
}

function children(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !NOT_SOURCES.test(name));
  } catch {
    return []; // gone in this moment
  }
}

function markOf(file: string): string | undefined {
  const status = lstatSync(file, { throwIfNoEntry: false });
  return status && `${status.mtimeMs} ${status.size} ${status.ino}`;
}
