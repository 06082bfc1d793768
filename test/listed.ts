/** A process as a list shows it, made as lists make it: in a world that throws where it is asked for what they do not read. */
import { seenBy } from '../functions/api/access.ts';
import { listedProcess } from '../functions/api/present.ts';
import { atAGlance } from '../functions/world.ts';
import type { Scene } from '../workflows/kernel/snapshot.ts';

/** To whom it is about; throws where what it declares looks further than a list does. */
export function listed(scene: Scene) {
  const reader = scene.world.subject;
  const seen = seenBy({ ...scene, world: atAGlance(scene.world) }, reader);
  return seen && listedProcess(seen, reader);
}
