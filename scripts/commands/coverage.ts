/** `scout coverage`: each statement of the documents that the project stands on, and the element, test or rule that covers it. */
import { escapeMarkdown } from '../core/escape-markdown';
import type { CommandRecord } from './command';

/** The line that writes the page anew. */
export const WRITE_COVERAGE = 'npm run -s scout -- coverage --markdown > input/pagecontent/coverage.md';

export const coverageCommand: CommandRecord = {
  name: 'coverage',
  summary: 'List what the source documents say, and which profile element, test or rule covers it.',
  options: [{ flags: '--markdown', description: 'as the page of the guide' }],
  examples: [
    { line: 'scout coverage', meaning: 'One line for each document, and each statement that nothing covers; exit 1 if there is one.' },
    { line: 'scout coverage --json', meaning: 'Every statement with its covers.' },
  ],
  async run({ options, console }) {
    const [{ DOCUMENTS }, { coverCount, shownCover }] = await Promise.all([import('./source-statements/documents.js'), import('./source-statements/check-cover.js')]);
    const documents = DOCUMENTS.map(({ statements, ...document }) => ({
      ...document,
      statements: statements.map(({ covered, ...row }) => ({ ...row, covers: covered.map((cover) => ({ cover, count: coverCount(cover) })) })),
    }));
    const open = documents.flatMap(({ id, statements }) => statements.filter(({ covers }) => covers.length === 0 || covers.some(({ count }) => count === 0)).map(({ kind, says, covers }) => ({ document: id, kind, says, missing: covers.filter(({ count }) => count === 0).map(({ cover }) => cover) })));
    const total = documents.reduce((sum, { statements }) => sum + statements.length, 0);
    const page = () =>
      [
        `<!-- Written by: ${WRITE_COVERAGE} -->`,
        '',
        `The guide and the tests stand on ${documents.length} documents. The tables list each statement they make about imaging studies (${total} in all) and what of this project covers it:`,
        'a line of a profile or logical model, a row of a version\'s element table, tests, an invariant, a row of the conversion.',
        '',
        ...documents.flatMap(({ title, url, statements }) => [
          `### ${title}`,
          '',
          `Source: [${url}](${url})`,
          '',
          '| Kind | Statement | Covered by |',
          '|---|---|---|',
          ...statements.map(({ kind, says, covers }) => `| ${kind} | ${escapeMarkdown(says)} | ${covers.map(({ cover, count }) => shownCover(cover, count).replaceAll('|', '\\|')).join(', ')} |`),
          '{: .grid}',
          '',
        ]),
      ].join('\n');
    if (options.markdown === true) console.line(page().trimEnd(), true);
    else {
      for (const { id, title, statements } of documents) console.line(`${id.padEnd(14)} ${String(statements.length).padStart(3)} statements  ${title}`, true);
      for (const { document, kind, says, missing } of open) console.line(`${console.style.red('not covered')}  ${document} ${kind} ${says}: ${missing.join(', ')}`, true);
      console.line(open.length === 0 ? console.style.green(`All ${total} statements are covered.`) : console.style.red(`${open.length} of ${total} statements are not covered.`), true);
    }
    return { exitCode: open.length === 0 ? 0 : 1, json: { documents, open } };
  },
};
