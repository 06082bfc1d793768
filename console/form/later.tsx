/** Forms come when they are first needed: they are 80 KB, which the first page does without. */
import { lazy, Suspense } from 'react';
import { Loading } from '../page.tsx';
import type { SchemaFormProps } from './form.tsx';

export const loadForm = () => import('./form.tsx').then(({ SchemaForm: form }) => ({ default: form }));

const Form = lazy(loadForm);

export const SchemaForm = (props: SchemaFormProps) => (
  <Suspense fallback={<Loading />}>
    <Form {...props} />
  </Suspense>
);
