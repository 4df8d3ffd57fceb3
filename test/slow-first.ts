import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Starts the slow files before all others, so that none of them is left running alone at the end. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => moduleId.includes('.slow.test.') || moduleId.includes('/test/faults/');
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
