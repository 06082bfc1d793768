/** What stays when everything else is removed: the table, the anchors of its event chains, the key of the birth hashes. */
import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type IndexId, tableSchema } from '../functions/table/keys.ts';
import type { Configuration } from './configuration.ts';

/** The table, ours or adopted: what permissions, environments and alarms are made from. */
export interface TheTable {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
}

/** The ARN of one index. Permissions list the indexes they need, never all of them. */
export function indexArn(table: TheTable, id: IndexId): string {
  const index = tableSchema.indexes.find((each) => each.id === id);
  if (!index) throw new Error(`the table has no index ${id}`);
  return `${table.arn}/index/${index.name}`;
}

export class Data extends Construct {
  readonly table: TheTable;
  readonly anchors: s3.IBucket;
  readonly birthKey: secrets.ISecret;

  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id);
    const { adopt } = configuration;
    this.table = adopt.table ? adoptTable(this, adopt.table) : makeTable(this);
    this.anchors =
      adopt.anchorBucketName === undefined
        ? makeAnchors(this, configuration)
        : s3.Bucket.fromBucketName(this, 'Anchors', adopt.anchorBucketName);
    this.birthKey =
      adopt.birthKeyArn === undefined
        ? makeBirthKey(this)
        : secrets.Secret.fromSecretCompleteArn(this, 'BirthKey', adopt.birthKeyArn);
  }
}

function adoptTable(scope: Construct, { arn, streamArn }: { arn: string; streamArn: string }): TheTable {
  const name = Stack.of(scope).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName;
  if (!name) throw new Error(`adopt.table.arn names no table: ${arn}`);
  return { arn, streamArn, name };
}

function makeTable(scope: Construct): TheTable {
  const { STRING } = dynamodb.AttributeType;
  const table = new dynamodb.Table(scope, 'Table', {
    partitionKey: { name: tableSchema.partitionKey, type: STRING },
    sortKey: { name: tableSchema.sortKey, type: STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    // With the key that AWS manages in the trust's account every use is in CloudTrail, and nobody can delete it and
    // the data with it by mistake, as with a key of our own.
    encryption: dynamodb.TableEncryption.AWS_MANAGED,
    timeToLiveAttribute: tableSchema.timeToLive,
    stream: dynamodb.StreamViewType[tableSchema.stream],
  });
  for (const { name, partitionKey, sortKey } of tableSchema.indexes) {
    table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: { name: partitionKey, type: STRING },
      sortKey: { name: sortKey, type: STRING },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
  }
  if (!table.tableStreamArn) throw new Error('the table has no stream');
  return { name: table.tableName, arn: table.tableArn, streamArn: table.tableStreamArn };
}

/** Written once a day by the morning run, which can do nothing else here; nobody can change or delete what it wrote while the lock holds. */
function makeAnchors(scope: Construct, { anchorLock }: Configuration): s3.Bucket {
  const period = Duration.days(anchorLock.days);
  const anchors = new s3.Bucket(scope, 'Anchors', {
    objectLockEnabled: true,
    objectLockDefaultRetention:
      anchorLock.mode === 'compliance'
        ? s3.ObjectLockRetention.compliance(period)
        : s3.ObjectLockRetention.governance(period),
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  // Tells the default event bus of each object, which is how a missing anchor shows (`alarms.ts`). Set on the resource:
  // the construct's own property adds a Lambda function with a role for what CloudFormation can do itself.
  (anchors.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
  Validations.of(anchors).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'One object a day by one function, none of them ever read in operation: each is in the log group of anchors, and access logs would be a second bucket to keep.',
  });
  return anchors;
}

/**
 * The key with which dates of birth are hashed. It is never rotated: a new key would make every date of birth already
 * stored look like another, and the next import would find nobody again.
 */
function makeBirthKey(scope: Construct): secrets.Secret {
  const birthKey = new secrets.Secret(scope, 'BirthKey', {
    description:
      'Key of the hashes of dates of birth. Do not rotate: people would no longer be recognised at an import.',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(birthKey).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'Rotating it would break the matching of people at an import; it opens nothing, it only keys a hash.',
  });
  return birthKey;
}
