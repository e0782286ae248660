/**
 * The one writer. Commands queue here. All waiting commands run in one transaction and are answered when it is on the
 * disk, so many callers share one sync, and a single caller does not wait for others.
 */
import { CommandError } from '../errors.ts';
import type { StoreLogger } from '../log.ts';
import { type StoreDatabase, WriteFailed } from './database.ts';

/** A transaction takes no more jobs after this time, so that reads between batches do not starve. */
const BATCH_MAX_MS = 50;

interface Job {
  run: () => unknown;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

type Outcome = { result: unknown } | { error: unknown };

/** Thrown by a job whose partial changes must not stay: its whole transaction is undone. */
export class UndoTransaction extends Error {
  readonly reason: unknown;
  constructor(reason: unknown) {
    super('the transaction is undone');
    this.reason = reason;
  }
}

export class Writer {
  private readonly database: StoreDatabase;
  private readonly undone: () => void;
  private readonly logger: StoreLogger;
  private queue: Job[] = [];
  private isScheduled = false;
  private isClosed = false;
  private readonly batchMaxMs: number;

  /** @param undone is called after every undone transaction: data cached in memory must be read again. */
  constructor(
    database: StoreDatabase,
    undone: () => void,
    logger: StoreLogger,
    { batchMaxMs = BATCH_MAX_MS } = {},
  ) {
    this.batchMaxMs = batchMaxMs;
    this.database = database;
    this.undone = undone;
    this.logger = logger;
  }

  /**
   * Runs `changes` and resolves once they are durable. A CommandError must be thrown before its document is touched
   * (earlier documents stay); any other error undoes everything that `changes` did.
   */
  write<T>(changes: () => T): Promise<T> {
    if (this.isClosed) return Promise.reject(new CommandError(91, 'the store is shutting down'));
    return new Promise((resolve, reject) => {
      this.queue.push({ run: changes, resolve: resolve as (result: never) => void, reject });
      this.schedule();
    });
  }

  /** Finishes the queued jobs and accepts no more. */
  close(): void {
    this.isClosed = true;
    while (this.queue.length > 0) this.runBatch();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    // Runs after all sockets that are readable now have been read, so that their commands join this batch.
    setImmediate(() => {
      this.isScheduled = false;
      this.runBatch();
      if (this.queue.length > 0) this.schedule();
    });
  }

  private runBatch(): void {
    const jobs = this.queue;
    this.queue = [];
    if (jobs.length === 0) return;
    let outcomes: Outcome[];
    try {
      outcomes = this.transact(jobs);
    } catch (error) {
      if (!(error instanceof UndoTransaction)) for (const job of jobs) job.reject(diskError(error));
      else if (jobs.length === 1) jobs[0]!.reject(error.reason);
      else this.runApart(jobs);
      return;
    }
    this.queue = jobs.slice(outcomes.length).concat(this.queue);
    outcomes.forEach((outcome, at) => {
      answer(jobs[at]!, outcome);
    });
  }

  /**
   * Runs as many jobs as there is time for. When it throws, the transaction has been undone. A transaction that lmdb
   * itself gave up runs once more: none of it is on the disk, and the next one starts from the stored state.
   */
  private transact(jobs: Job[]): Outcome[] {
    try {
      return this.tryTransact(jobs);
    } catch (error) {
      if (error instanceof UndoTransaction) throw error;
      this.logger.warn(
        { err: error, jobs: jobs.length },
        'a transaction was given up by lmdb; it runs again',
      );
      return this.tryTransact(jobs);
    }
  }

  private tryTransact(jobs: Job[]): Outcome[] {
    const outcomes: Outcome[] = [];
    try {
      this.database.transact(() => {
        const endBy = performance.now() + this.batchMaxMs;
        for (const job of jobs) {
          outcomes.push(runJob(job));
          if (performance.now() > endBy) break;
        }
      });
    } catch (error) {
      this.undone();
      throw error;
    }
    return outcomes;
  }

  /** One of these jobs undoes its transaction, so each job gets its own. */
  private runApart(jobs: Job[]): void {
    const waiting = this.queue;
    for (const job of jobs) {
      this.queue = [job];
      this.runBatch();
    }
    this.queue = waiting;
  }
}

/**
 * lmdb could not write twice in a row: the disk is full, or fails. lmdb calls both an input/output error. Nothing of the
 * transaction is stored. With this code every caller waits until the disk can be written again.
 */
function diskError(error: unknown): CommandError {
  const why = error instanceof Error ? error.message : String(error);
  return new CommandError(14_031, `the store cannot write to its disk (is it full?): ${why}`);
}

function runJob(job: Job): Outcome {
  try {
    return { result: job.run() };
  } catch (error) {
    if (error instanceof CommandError) return { error };
    if (error instanceof WriteFailed) throw error;
    throw error instanceof UndoTransaction ? error : new UndoTransaction(error);
  }
}

function answer(job: Job, outcome: Outcome): void {
  if ('error' in outcome) job.reject(outcome.error);
  else job.resolve(outcome.result as never);
}
