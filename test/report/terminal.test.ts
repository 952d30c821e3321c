import { terminalStyle } from '../../scripts/core/style';
import { displayWidth } from '../../scripts/report/display-width';
import { renderTerminal } from '../../scripts/report/terminal';
import { runOf, sampleResults, sampleRun } from './sample-run';

const PLAIN = terminalStyle(false);
const lines = (options = {}) => renderTerminal(sampleRun(), PLAIN, options).split('\n');

describe('renderTerminal', () => {
  it('has no escape sequence in plain style, and no acting character of a server ever', () => {
    expect(renderTerminal(sampleRun(), PLAIN, { verbose: true })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]/);
    const coloured = renderTerminal(sampleRun(), terminalStyle(true), { verbose: true });
    expect(coloured).toContain('\u001b[31m');
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderTerminal(sampleRun(), PLAIN, { verbose: true }));
  });

  it.each([80, 60, 132])('fits %d columns', (width) => {
    expect(Math.max(...lines({ width, verbose: true }).map(displayWidth))).toBeLessThanOrEqual(width);
  });

  it('has one line for each result that is no pass, the broken ones last', () => {
    const text = lines({ width: 400 });
    const at = (id: string) => text.findIndex((line) => line.trim().startsWith(id));
    for (const { id, verdict } of sampleResults()) expect([id, at(id) >= 0]).toEqual([id, verdict !== 'pass']);
    expect(text.filter((line) => /^\S.* \(\d+\)$/.test(line))).toEqual(['not declared (1)', 'no data (1)', 'info (1)', 'warn (1)', 'error (2)', 'FAIL (6)']);
    // One cause, two lines side by side.
    expect(at('search.imagingstudy.bodysite.code')).toBe(at('search.imagingstudy.modality.code') + 1);
  });

  it('tells what is broken and, where the line is too short, goes on below', () => {
    const text = renderTerminal(sampleRun(), PLAIN);

    expect(text.replace(/\s+/g, ' ')).toContain('A date prefix compares the whole range that the search value implies');
    const long = { ...sampleResults().find(({ verdict }) => verdict === 'info')!, message: `${'words of a long message '.repeat(5)}and its end` };
    const lines = renderTerminal(runOf([long]), PLAIN).split('\n');
    const at = lines.findIndex((line) => line.trim() === long.id);
    expect(lines.slice(at + 1, at + 3).map((line) => line.trim()).join(' ')).toBe(long.message);
    const longer = renderTerminal(runOf([{ ...long, message: 'word '.repeat(100) }]), PLAIN).split('\n');
    expect(longer.filter((line) => line.startsWith('      word')).length).toBe(3);
    expect(longer.some((line) => line.endsWith('…'))).toBe(true);
  });

  it('does not let tests without data push the failures out of sight', () => {
    const noData = sampleResults().find(({ verdict }) => verdict === 'no-data')!;
    const many = (number: number) => runOf(Array.from({ length: number }, (_, index) => ({ ...noData, id: `search.x-${index}` })));
    const named = (number: number, verbose = false) => renderTerminal(many(number), PLAIN, { verbose }).split('\n').filter((line) => line.startsWith('  search.x-')).length;
    expect([named(7) - 1, named(69), named(69, true)]).toEqual([6, 6, 69]);
    expect(renderTerminal(many(69), PLAIN)).toContain('... and 63 more, named in the reports');
  });

  it('names few of the tests that one reason has kept from running', () => {
    const error = sampleResults().find(({ verdict }) => verdict === 'error')!;
    const run = runOf(Array.from({ length: 970 }, (_, index) => ({ ...error, id: `search.x-${index}`, message: 'Interrupted.' })));
    expect(renderTerminal(run, PLAIN).split('\n').filter((line) => line.startsWith('  search.x-')).length).toBe(3);
    expect(renderTerminal(run, PLAIN)).toContain('... and 967 more for the same reason');
  });

  it('names the passes where that is asked for', () => {
    expect(lines({ verbose: true }).join('\n')).toMatch(/^pass \(17\)\n(.*\n)*\s+capability\.statement/m);
  });

  it('ends with the sentence, the counts and where the reports are', () => {
    const text = lines({ files: ['output/report.html', 'output/report.json'] });
    expect(text.slice(text.indexOf('5 of 19 requirements are broken.'))).toEqual([
      '5 of 19 requirements are broken.',
      '  1 step failed',
      '  1 recommendation is not followed',
      '  2 tests could not be carried out',
      '  1 test lacks data that could decide it',
      '  1 test is about something the server does not declare',
      '  29 tests: 6 FAIL, 2 error, 1 warn, 1 info, 1 no data, 1 not declared, 17 pass',
      '  (1 min 23 s, 241 requests)',
      '  Of 4 declared search parameters that could be tried 1 do what they should;',
      '  without effect: ImagingStudy.bodysite; not right: ImagingStudy.reason; absent',
      '  from the self link: ImagingStudy.started; working without being declared:',
      '  ImagingStudy.x-<img src=x onerror="window.attacked=1">.',
      '  https://pacs.example.org/fhir, Example PACS 8.8.0, FHIR 4.0.1, read-only',
      '  Note: The request budget of 500 was not reached.',
      '  Note: Harvest: 5,009 ImagingStudy, 12 Patient <img src=x',
      '  onerror="window.attacked=1">',
      'Reports: output/report.html',
      '         output/report.json',
    ]);
  });

  it('says what became of each step', () => {
    expect(lines().slice(0, 4)).toEqual([
      'done     Guide compiled      2 profiles, 0 errors, 1 warning (6.2 s)',
      'done     Examples generated  109 examples, 0 errors (310 ms)',
      'skipped  HL7 validator       no Java on this machine; scout doctor tells how to…',
      'failed   Examples loaded     1 of 109 was refused (1.2 s)',
    ]);
  });

  it('is short where all is well', () => {
    const passes = sampleResults().filter(({ verdict }) => verdict === 'pass');
    expect(renderTerminal(runOf(passes), PLAIN).split('\n')[0]).toBe('None of 14 requirements is broken.');
  });
});
