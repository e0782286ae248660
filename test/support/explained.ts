/** What a page of a list costs the store: read by an index in the list's order, and no more documents than the page. */
import { expect } from 'vitest';

export interface Explainable {
  explain(verbosity: 'executionStats'): Promise<object>;
}

export async function expectReadByIndex(page: Explainable, documentsMost: number): Promise<void> {
  const { queryPlanner, executionStats } = (await page.explain('executionStats')) as {
    queryPlanner: { winningPlan: object };
    executionStats: { totalDocsExamined: number };
  };
  const plan = JSON.stringify(queryPlanner.winningPlan);
  expect(plan).toContain('IXSCAN');
  expect(plan).not.toMatch(/COLLSCAN|"SORT"/);
  expect(executionStats.totalDocsExamined).toBeLessThanOrEqual(documentsMost);
}
