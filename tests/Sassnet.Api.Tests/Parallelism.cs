using Xunit.Sdk;
using Xunit.v3;

// Tests measure the memory of the whole process and time limits on two cores: beside one another they would measure each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
