import { badImage } from './bad-image.ts';
import { badMedicine } from './bad-medicine.ts';
import { badRelease } from './bad-release.ts';
import { cacheWarmUp } from './cache-warm-up.ts';
import { configMissing } from './config-missing.ts';
import { crash } from './crash.ts';
import { drain } from './drain.ts';
import type { FaultScript } from './fault-script.ts';
import { finishingJob } from './finishing-job.ts';
import { flood } from './flood.ts';
import { goodRelease } from './good-release.ts';
import { hang } from './hang.ts';
import { leak } from './leak.ts';
import { lowLimit } from './low-limit.ts';
import { nodeDown } from './node-down.ts';
import { scaleDown } from './scale-down.ts';
import { slowStart } from './slow-start.ts';
import { tooLarge } from './too-large.ts';
import { zoneDown } from './zone-down.ts';

/** What can go wrong. */
export const faultScripts: readonly FaultScript[] = [
  badImage,
  badMedicine,
  badRelease,
  configMissing,
  crash,
  flood,
  hang,
  leak,
  lowLimit,
  nodeDown,
  tooLarge,
  zoneDown,
];

/** What only looks as if something went wrong. */
export const lookAlikes: readonly FaultScript[] = [cacheWarmUp, drain, finishingJob, goodRelease, scaleDown, slowStart];
