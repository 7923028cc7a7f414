// One test at a time: dropout and new networks draw from torch's generator, of which a process has one, and a run seeds it.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
