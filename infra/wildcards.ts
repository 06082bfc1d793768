import { Stack, Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';

/**
 * Says why a role may do something to more than one named resource. Only this one resource is acknowledged: any other
 * wildcard in the role still fails the check.
 */
export function acknowledgeWildcard(role: iam.Role, resource: string, reason: string): void {
  const finding = flattened(Stack.of(role).resolve(resource));
  Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${finding}]`, reason });
}

/** An ARN as cdk-nag writes it: references in angle brackets, joined. */
function flattened(value: unknown): string {
  if (typeof value === 'string') return value;
  const [name, argument] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (name === 'Ref') return `<${argument}>`;
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(flattened).join('');
  throw new Error(`an ARN made with ${name}: how does cdk-nag write that?`);
}
