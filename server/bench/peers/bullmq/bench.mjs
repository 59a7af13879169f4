// One round of BullMQ: node bench.mjs MODE COUNT; the address of Redis is in CLOUDLET_BENCH_REDIS. Prints one line of JSON.
import { Queue, Worker } from 'bullmq';
import IORedis from 'ioredis';

const [mode, text] = process.argv.slice(2);
const count = Number(text);
const connect = () => new IORedis(process.env.CLOUDLET_BENCH_REDIS, { maxRetriesPerRequest: null });
const queue = new Queue(`bench-${process.pid}`, { connection: connect() });
const payload = { subject: 'x'.repeat(100) };
await queue.waitUntilReady();

const now = () => Number(process.hrtime.bigint()) / 1e9;
const until = (condition) => new Promise((resolve) => { const look = () => (condition() ? resolve() : setTimeout(look, 1)); look(); });
const addMany = async (jobs, inFlight) => {
  for (let done = 0; done < jobs; done += inFlight) {
    await Promise.all(Array.from({ length: Math.min(inFlight, jobs - done) }, () => queue.add('job', payload)));
  }
};

const result = {};
let begun;
let cpu;
const begin = () => { begun = now(); cpu = process.cpuUsage(); };
const end = () => {
  result.seconds = now() - begun;
  const used = process.cpuUsage(cpu);
  result.cpuSeconds = (used.user + used.system) / 1e6;
};

if (mode === 'add') {
  await addMany(50, 1);
  begin();
  await addMany(count, 1);
  end();
} else if (mode === 'flight') {
  await addMany(1000, 1000);
  begin();
  await addMany(count, 1000);
  end();
} else if (mode === 'process') {
  await addMany(count, 1000);
  let done = 0;
  const worker = new Worker(queue.name, async () => { done += 1; }, { connection: connect(), concurrency: 100, autorun: false });
  await worker.waitUntilReady();
  begin();
  worker.run();
  await until(() => done === count);
  end();
  await worker.close();
} else {
  const begunAt = new Map();
  const worker = new Worker(queue.name, async (job) => { begunAt.set(job.id, now()); }, { connection: connect(), concurrency: 1 });
  await worker.waitUntilReady();
  const waits = [];
  begin();
  for (let i = 0; i < count; i += 1) {
    const before = now();
    const job = await queue.add('job', payload);
    await until(() => begunAt.has(job.id));
    waits.push(begunAt.get(job.id) - before);
  }
  end();
  waits.sort((a, b) => a - b);
  result.p50 = waits[Math.floor(waits.length * 0.5)];
  result.p99 = waits[Math.floor(waits.length * 0.99)];
  await worker.close();
}
await queue.obliterate({ force: true });
await queue.close();
console.log(JSON.stringify(result));
process.exit(0);
