using Xunit;
using Xunit.v3;

// One test at a time: dropout and new networks draw from torch's generator, of which a process has one, and a run seeds it. OtherPrograms run beside, whose two
// collections wait however few cores there are.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: Parallelization(MaxThreads = 3)]
