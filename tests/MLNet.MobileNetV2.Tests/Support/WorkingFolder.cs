namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>
/// Tests that change the folder that relative paths start from, which is the whole process's: no other test runs meanwhile.
/// </summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class WorkingFolder;
