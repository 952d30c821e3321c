/** Required before a program (`node --require`): when it ends, writes the CPU seconds that it used to the file named by SCOUT_BENCH_CPU. */
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.SCOUT_BENCH_CPU, String((user + system) / 1e6));
});
