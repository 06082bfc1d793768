/** What a file of each kind must have, and an example of it. The API recognises these columns (tested). */

export interface FileKind {
  readonly layouts: readonly {
    /** Where several systems export it. */
    readonly system?: string;
    readonly required: readonly string[];
    readonly optional: readonly string[];
  }[];
  readonly example: readonly (readonly string[])[];
}

export const fileKinds: Readonly<Record<string, FileKind>> = {
  staff: {
    layouts: [
      {
        system: 'Arbor',
        required: ['Employee ID', 'First Name', 'Last Name', 'Email', 'Job Title'],
        optional: ['Date of Birth', 'Start Date', 'End Date', 'FTE'],
      },
      {
        system: 'Bromcom',
        required: ['PersonID', 'Forename', 'Surname', 'EmailAddress'],
        optional: ['JobTitle', 'DateOfBirth', 'StartDate', 'LeavingDate', 'FTE'],
      },
      {
        system: 'SIMS',
        required: ['Staff Code', 'Forename', 'Surname', 'Email', 'Date of Birth'],
        optional: ['Post', 'Start Date', 'Leaving Date', 'FTE'],
      },
    ],
    example: [
      [
        'Employee ID',
        'First Name',
        'Last Name',
        'Email',
        'Job Title',
        'Date of Birth',
        'Start Date',
        'End Date',
        'FTE',
      ],
      ['1001', 'Ash', 'Rowe', 'a.rowe@school.example', 'Class Teacher', '14/03/1988', '01/09/2021', '', '1.0'],
      ['1002', 'Beth', 'Lund', 'b.lund@school.example', 'Teaching Assistant', '02/11/1995', '01/01/2024', '', '0.6'],
    ],
  },
  schools: {
    layouts: [
      {
        required: ['URN', 'EstablishmentName'],
        optional: [
          'LA (code)',
          'EstablishmentNumber',
          'EstablishmentStatus (code)',
          'TypeOfEstablishment (code)',
          'PhaseOfEducation (name)',
          'UKPRN',
          'Town',
          'Postcode',
          'NumberOfPupils',
        ],
      },
    ],
    example: [
      ['URN', 'EstablishmentName', 'LA (code)', 'TypeOfEstablishment (code)', 'Town', 'NumberOfPupils'],
      ['999001', 'Example Primary School', '933', '34', 'Taunton', '210'],
    ],
  },
  roles: {
    layouts: [{ required: ['Email', 'Role', 'URN'], optional: ['First Name', 'Last Name', 'Ended'] }],
    example: [
      ['Email', 'Role', 'URN', 'First Name', 'Last Name'],
      ['a.rowe@school.example', 'headteacher', '999001', '', ''],
      ['b.lund@school.example', 'school-lead', '999001', '', ''],
      ['cpd@trust.example', 'trust-lead', '', '', ''],
      ['c.chair@governors.example', 'lsc-chair', '999001', 'Carys', 'Mead'],
    ],
  },
  'line-managers': {
    layouts: [{ required: ['Email', 'Line Manager Email', 'URN'], optional: [] }],
    example: [
      ['Email', 'Line Manager Email', 'URN'],
      ['b.lund@school.example', 'a.rowe@school.example', '999001'],
    ],
  },
  'off-the-job': {
    layouts: [{ required: ['Email', 'Month', 'Hours'], optional: [] }],
    example: [
      ['Email', 'Month', 'Hours'],
      ['b.lund@school.example', '2026-09', '24.5'],
      ['b.lund@school.example', 'October 2026', '26:30'],
    ],
  },
};

/** A file is sent in one request, which takes so much. */
export const MOST_BYTES = 4_500_000;

/** Files that office programs write and that are no table of text, by the end of their name. */
export const isOffice = (name: string): boolean => /\.(xlsx?|xlsm|xlsb|ods|numbers|pdf|docx?|zip)$/i.test(name);
