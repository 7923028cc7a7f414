using Sassnet.Training.Preparation;
using Sassnet.Training.Preparation.Raw;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class SharedPatientsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-patients-").FullName;
    private readonly RawScans _raw;

    public SharedPatientsTests() => _raw = new RawScans(Path.Combine(_folder, "raw"));

    private string Output => Path.Combine(_folder, "data");

    private PreparationOptions Options => new() { Input = _raw.Folder, Output = Output, TimeTraining = false };

    [Fact]
    public void Cases_of_one_PatientID_are_on_one_side_of_every_split_and_fold()
    {
        InspectedCase[] cases = [Case("a", "1"), Case("b", "2"), Case("c", "1"), Case("d", null), Case("e", null), Case("f", "1", labelled: false)];
        var patients = SharedPatients.Of(cases);
        Assert.Equal("Of one patient by their PatientID, and dealt together: a, c, f. --patient-pattern tells patients by the cases' names instead.", Assert.Single(patients.Notes));
        for (var seed = 0; seed < 20; seed++)
        {
            var options = Options with { Seed = seed, Folds = 3, SamePatient = patients.FirstOf };
            foreach (var split in PatientFolds.Of(cases, options).Append(PatientSplit.Of(cases, options)))
            {
                var isValidation = split.Validation.Contains("a");
                Assert.Equal((isValidation, isValidation), (split.Validation.Contains("c"), split.LeftOut.Contains("f")));
            }
        }
    }

    [Fact]
    public void A_PatientID_that_all_have_tells_none_apart_and_is_warned_of()
    {
        var patients = SharedPatients.Of([Case("a", "1"), Case("b", "1"), Case("c", null)]);
        Assert.StartsWith("WARNING 2 of 2 cases with a PatientID have the same one (a, b), as anonymised files have, so each counts as a patient.", Assert.Single(patients.Notes), StringComparison.Ordinal);
        Assert.Empty(patients.FirstOf);
    }

    [Theory]
    [InlineData(20, 0, 10)]
    [InlineData(20, 20, 0)]
    [InlineData(40, 0, 1)]
    public void A_PatientID_of_more_scans_than_a_patient_has_is_no_patients(int first, int second, int others)
    {
        var cases = Enumerable.Range(0, first).Select(number => Case($"a{number:00}", "ANON1"))
            .Concat(Enumerable.Range(0, second).Select(number => Case($"b{number:00}", "ANON2")))
            .Concat(Enumerable.Range(0, others).Select(number => Case($"c{number:00}", $"{number}"))).ToArray();
        var patients = SharedPatients.Of(cases);
        Assert.Empty(patients.FirstOf);
        Assert.Equal(second > 0 ? 2 : 1, patients.Notes.Count);
        Assert.StartsWith($"WARNING {first} of {first + second + others} cases with a PatientID have the same one (a00, a01, a02, a03, a04 and {first - 5} more)", patients.Notes[0], StringComparison.Ordinal);
        Assert.NotEmpty(PatientSplit.Of(cases, Options with { SamePatient = patients.FirstOf }).Validation);
    }

    [Fact]
    public void Visits_of_one_subject_by_the_names_that_BIDS_has_are_on_one_side_of_every_split_and_fold()
    {
        InspectedCase[] cases = [Case("sub-1_ses-1_T2w", null), Case("sub-1_ses-2_T2w", null), Case("sub-10_ses-1_T2w", null), Case("sub-2", null), Case("sub-2_ses-2", null, labelled: false), Case("x_sub-2", null)];
        var patients = SharedPatients.Of(cases);
        Assert.Equal("Of one patient by their names, as BIDS has them, and dealt together: 2 cases of sub-1, 2 cases of sub-2. --patient-pattern tells patients otherwise.", Assert.Single(patients.Notes));
        Assert.Equal(["sub-1_ses-1_T2w", "sub-1_ses-2_T2w", "sub-2", "sub-2_ses-2"], patients.FirstOf.Keys.Order(StringComparer.Ordinal));
        for (var seed = 0; seed < 20; seed++)
        {
            var options = Options with { Seed = seed, Folds = 3, SamePatient = patients.FirstOf };
            foreach (var split in PatientFolds.Of(cases, options).Append(PatientSplit.Of(cases, options)))
            {
                Assert.Equal(split.Validation.Contains("sub-1_ses-1_T2w"), split.Validation.Contains("sub-1_ses-2_T2w"));
                Assert.Equal(split.Validation.Contains("sub-2"), split.LeftOut.Contains("sub-2_ses-2"));
            }
        }
    }

    [Fact]
    public void Cases_of_one_PatientID_and_of_one_subject_with_a_third_are_all_of_one_patient()
    {
        var patients = SharedPatients.Of([Case("a", "1"), Case("b", "2"), Case("sub-1_ses-1", "1"), Case("sub-1_ses-2", "3"), Case("sub-1_ses-3", null)]);
        Assert.Equal(2, patients.Notes.Count);
        Assert.Equal(["a", "sub-1_ses-1", "sub-1_ses-2", "sub-1_ses-3"], patients.FirstOf.Keys.Order(StringComparer.Ordinal));
        Assert.Single(patients.FirstOf.Values.Distinct());
    }

    [Fact]
    public void A_PatientID_that_all_have_is_not_warned_of_where_all_names_tell_the_subject()
    {
        var patients = SharedPatients.Of([Case("sub-1_ses-1", "1"), Case("sub-1_ses-2", "1"), Case("sub-2_ses-1", "1")]);
        Assert.StartsWith("Of one patient by their names, as BIDS has them, and dealt together: 2 cases of sub-1. ", Assert.Single(patients.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_of_different_PatientIDs_or_of_none_stand_alone()
    {
        var patients = SharedPatients.Of([Case("a", "1"), Case("b", "2"), Case("c", null), Case("d", null)]);
        Assert.Empty(patients.Notes);
        Assert.Empty(patients.FirstOf);
    }

    [Fact]
    public void The_PatientID_is_neither_said_nor_written()
    {
        _raw.WriteSeries("p1", 1, "p1_seg.nii.gz", patient: "SMITH-1");
        _raw.WriteSeries("p2", 2, "p2_seg.nii.gz", patient: "SMITH-1");
        _raw.WriteSeries("p3", 3, "p3_seg.nii.gz", patient: "JONES-2");
        using var console = new StringWriter();
        DataPreparation.Run(Options, console, TestContext.Current.CancellationToken);
        Assert.Contains("Of one patient by their PatientID, and dealt together: p1, p2. ", console.ToString(), StringComparison.Ordinal);
        string[] validation = File.ReadAllLines(Path.Combine(Output, "validation.list"));
        Assert.Equal(validation.Contains("p1"), validation.Contains("p2"));
        string[] texts = [console.ToString(), .. Directory.EnumerateFiles(Output, "*.*").Select(path => File.ReadAllText(path))];
        var hash = RawVolume.Read(Path.Combine(_raw.Folder, "p1"), TestContext.Current.CancellationToken).Dicom!.PatientHash!;
        Assert.All(texts, text => Assert.DoesNotContain("SMITH-1", text, StringComparison.Ordinal));
        Assert.All(texts, text => Assert.DoesNotContain(hash, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_pattern_goes_before_the_PatientID_and_it_is_said_where_they_contradict_each_other()
    {
        foreach (var (name, seed, patient) in ((string, ulong, string)[])[("p1", 1, "A"), ("p2", 2, "A"), ("p3", 3, "B")])
            _raw.WriteSeries(name, seed, name + "_seg.nii.gz", patient: patient);
        using var console = new StringWriter();
        DataPreparation.Run(Options with { PatientPattern = "^(p.)$", Folds = 3 }, console, TestContext.Current.CancellationToken);
        var said = Assert.Single(console.ToString().Split('\n', StringSplitOptions.TrimEntries), line => line.Contains("PatientID", StringComparison.Ordinal));
        Assert.Equal("WARNING p1 and p2 have one PatientID and are of two patients by --patient-pattern, which decides: scans of a patient may be trained on and validated with.", said);

        // Were they dealt together, two patients would not do for three folds.
        Assert.All(Enumerable.Range(0, 3), fold => Assert.Single(File.ReadAllLines(Path.Combine(Output, "folds", $"{fold}", "validation.list"))));
    }

    [Fact]
    public void A_pattern_that_agrees_with_the_PatientIDs_is_not_remarked_on()
    {
        InspectedCase[] cases = [Case("A1-x", "1"), Case("A1-y", "1"), Case("A2", "2"), Case("A3", null), Case("A4", null)];
        Assert.Empty(SharedPatients.Against(cases, name => name[..2]).Notes);
        InspectedCase[] one = [Case("A1-x", "1"), Case("A1-y", "1")];
        Assert.Empty(SharedPatients.Against(one, name => name[..2]).Notes);
    }

    [Fact]
    public void Of_several_that_a_pattern_makes_of_a_PatientID_each_is_named_by_its_first_case()
    {
        InspectedCase[] cases = [Case("A1-x", "1"), Case("A1-y", "1"), Case("A2", "1"), Case("A3", "1"), Case("A4", "2")];
        var patients = SharedPatients.Against(cases, name => name[..2]);
        Assert.StartsWith("WARNING A1-x, A2 and A3 have one PatientID and are of 3 patients by --patient-pattern, which decides:", Assert.Single(patients.Notes), StringComparison.Ordinal);
        Assert.Empty(patients.FirstOf);
    }

    [Fact]
    public void A_pattern_for_anonymised_files_is_told_once_that_they_have_one_PatientID()
    {
        var cases = Enumerable.Range(0, 40).Select(number => Case($"a{number:00}", number < 30 ? "ANON" : $"{number}"));
        var note = Assert.Single(SharedPatients.Against(cases, name => name).Notes);
        Assert.Equal("30 of 40 cases with a PatientID have the same one (a00, a01, a02, a03, a04 and 25 more), as anonymised files have: --patient-pattern alone says who is whose.", note);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static InspectedCase Case(string name, string? patient, bool labelled = true) =>
        new(new RawCase(name, name + ".nii.gz", labelled ? name + "_label.nii.gz" : null), [], null, null, []) { PatientHash = patient };
}
