using Xunit;

// One test at a time: dropout and new networks draw from torch's generator, of which a process has one, and a run seeds it. OtherPrograms run beside.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
