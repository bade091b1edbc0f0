// Rules that find test files and nothing else. Their strings are written as bytes, so that this file is none of the files they find.

rule EICAR_Test_File
{
  meta:
    author = "Vartio"
    description = "The test file of EICAR: these 68 characters at the start, at most 128 in all (eicar.org)"
  strings:
    $test = {
      58 35 4F 21 50 25 40 41 50 5B 34 5C 50 5A 58 35 34 28 50 5E 29 37 43 43
      29 37 7D 24 45 49 43 41 52 2D 53 54 41 4E 44 41 52 44 2D 41 4E 54 49 56
      49 52 55 53 2D 54 45 53 54 2D 46 49 4C 45 21 24 48 2B 48 2A
    }
  condition:
    $test at 0 and filesize <= 128
}

rule Vartio_Test_Anywhere
{
  meta:
    author = "Vartio"
    description = "A mark anywhere in a file"
  strings:
    $test = {
      56 41 52 54 49 4F 2D 54 45 53 54 2D 37 43 31 45
    }
  condition:
    $test
}

rule Vartio_Test_Elf
{
  meta:
    author = "Vartio"
    description = "A mark in a Linux program"
  strings:
    $test = {
      56 41 52 54 49 4F 2D 54 45 53 54 2D 39 30 42 34
    }
  condition:
    uint32(0) == 0x464C457F and $test
}

rule Vartio_Test_Pe
{
  meta:
    author = "Vartio"
    description = "A mark in a Windows program"
  strings:
    $test = {
      56 41 52 54 49 4F 2D 54 45 53 54 2D 41 33 44 32
    }
  condition:
    uint16(0) == 0x5A4D and $test
}

rule Vartio_Test_Script
{
  meta:
    author = "Vartio"
    description = "A mark in a script"
  strings:
    $test = {
      56 41 52 54 49 4F 2D 54 45 53 54 2D 35 46 36 38
    }
  condition:
    uint16(0) == 0x2123 and $test
}

rule Vartio_Test_Wide
{
  meta:
    author = "Vartio"
    description = "A mark in two-byte characters, as Windows keeps them"
  strings:
    $test = {
      56 00 41 00 52 00 54 00 49 00 4F 00 2D 00 54 00 45 00 53 00 54 00 2D 00
      45 00 32 00 31 00 42 00
    }
  condition:
    $test
}
