/** A process as a list shows it, made as lists make it: in a world that throws where it is asked for what they do not read. */
import { seenBy } from '../functions/api/access.ts';
import { listedProcess } from '../functions/api/present-process.ts';
import { atAGlance } from '../functions/world.ts';
import { type Scene, viewOf } from '../workflows/kernel/snapshot.ts';

/**
 * To whom it is about; throws where what it declares looks further than a list does. Its page has something to say as
 * well, to whoever reads it in full: by that the console tells who does.
 */
export function listed(scene: Scene) {
  const { definition, snapshot, world } = scene;
  for (const mayReadHealth of [true, false])
    if (definition.about?.(viewOf(scene), mayReadHealth).length === 0)
      throw new Error(`There is nothing to say of ${snapshot.process.processId}`);
  const seen = seenBy({ ...scene, world: atAGlance(world) }, world.subject);
  return seen && listedProcess(seen, world.subject);
}
